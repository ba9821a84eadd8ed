"""Jobs: list, poll, fetch, cancel, try again, delete."""

import orjson
from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from shared.domain.files.formats import FileFormat
from shared.domain.limits import Service
from shared.domain.renderings import ChangeFormat
from shared.errors import ConflictError
from shared.jobs.names import JobKind
from shared.jobs.records import JobRecord
from shared.jobs.states import Status
from web.api.answers import POLL_AGAIN_S, conditional, job_answer
from web.http.bodies import json_response, read_query
from web.http.context import services
from web.http.errors import error_response
from web.http.files import file_response
from web.http.identity import current_owner
from web.http.limits import enter, limited
from web.http.open_lines import held_line
from web.http.openapi import describe, takes
from web.http.preferences import preferred_wait_s
from web.http.terms import request_terms
from web.schemas.headers import OrderHeaders, ReadHeaders
from web.schemas.jobs import JobList, JobResult, JobsQuery, JobView, ResultQuery, WaitQuery
from web.services.job_views import view_job, view_result

_SERVICES = {
    JobKind.SUGGESTION: Service.SUGGESTIONS,
    JobKind.CHAT: Service.CHAT,
    JobKind.BATCH: Service.BATCHES,
}
_TRACKED = {
    ChangeFormat.HTML: "text/html",
    ChangeFormat.MARKDOWN: "text/markdown",
    ChangeFormat.DIFF: "text/x-diff",
    ChangeFormat.TEXT: "text/plain",
}

jobs = Blueprint("jobs", __name__, url_prefix="/jobs")


@jobs.get("")
@describe(query=JobsQuery, answers={200: JobList}, tag="jobs")
@limited(Service.READS)
def index() -> ResponseReturnValue:
    """List the caller's jobs, newest first, without their results."""
    query = read_query(JobsQuery)
    found, following = services().jobs.page(
        current_owner(), query.to_filter(), limit=query.limit, cursor=query.cursor
    )
    return json_response({"jobs": [view_job(job) for job in found], "next_cursor": following})


@jobs.get("/<job_id>")
@takes(ReadHeaders)
@describe(query=WaitQuery, answers={200: JobView, 304: None}, faults=(404, 410), tag="jobs")
@limited(Service.READS)
def read(job_id: str) -> ResponseReturnValue:
    """Show a job; with `?wait=n`, as soon as it is final or n seconds have passed."""
    wait_s = read_query(WaitQuery).wait
    with held_line(wait_s):
        job = services().jobs.find(job_id, owner=current_owner(), wait_s=wait_s)
    return conditional(job, view_job(job))


@jobs.get("/<job_id>/result")
@describe(
    query=ResultQuery,
    answers={200: JobResult, 202: JobView},
    faults=(404, 409, 410, 413),
    tag="jobs",
)
@limited(Service.READS)
def result(job_id: str) -> ResponseReturnValue:
    """Give the bare result, or the text with its changes; 202 with the job while there is none."""
    form = read_query(ResultQuery).format
    job = services().jobs.find(job_id, owner=current_owner())
    if not job.status.is_final:
        return json_response(view_job(job), 202, {"Retry-After": POLL_AGAIN_S})
    if job.status is Status.SUCCEEDED:
        return json_response(view_result(job)) if form == "json" else _tracked(job, form)
    return _without_result(job)


@jobs.post("/<job_id>/cancel")
@describe(answers={200: JobView, 202: JobView}, faults=(404, 410), tag="jobs")
@limited(Service.READS)
def cancel(job_id: str) -> ResponseReturnValue:
    """Cancel a job; 202 while its worker is being stopped. Asking again does no harm."""
    return cancel_answer(job_id)


@jobs.delete("/<job_id>")
@describe(answers={204: None}, faults=(404,), tag="jobs")
@limited(Service.READS)
def delete(job_id: str) -> ResponseReturnValue:
    """Delete a job with all that was kept of it; a live one is cancelled first."""
    services().jobs.delete(job_id, owner=current_owner())
    return Response(status=204)


@jobs.post("/<job_id>/retry")
@takes(OrderHeaders)
@describe(answers={200: JobView, 202: JobView}, faults=(404, 409, 410, 422), tag="jobs")
@limited(Service.READS)
def retry(job_id: str) -> ResponseReturnValue:
    """Try again what ended without success: a new job, with `retry_of`."""
    job = services().jobs.find(job_id, owner=current_owner(), with_result=False)
    return retry_answer(job)


def cancel_answer(job_id: str) -> Response:
    """Cancel the job; 200 once it has ended."""
    cancelled, has_ended = services().jobs.cancel(job_id, owner=current_owner())
    return json_response(view_job(cancelled), 200 if has_ended else 202)


def retry_answer(job: JobRecord) -> Response:
    """Try the job again, which costs what a new one of its kind does."""
    enter(_SERVICES[job.kind])
    terms = request_terms(f"retry {job.id}")
    again, is_replay = services().jobs.retry(
        job.id,
        owner=current_owner(),
        request_id=terms.request_id,
        idempotency=terms.idempotency,
    )
    return job_answer(again, wait_s=preferred_wait_s(), is_replay=is_replay)


def _tracked(job: JobRecord, form: str) -> Response:
    desk = services().track_changes
    if form == FileFormat.DOCX:
        return file_response(desk.as_docx(job))
    shown = ChangeFormat(form)
    return Response(desk.render(job, shown), mimetype=_TRACKED[shown])


def _without_result(job: JobRecord) -> Response:
    response = error_response(ConflictError(f"The job ended as {job.status}, without a result"))
    body = orjson.loads(response.get_data())
    body["error"]["job_error"] = job.error
    response.set_data(orjson.dumps(body))
    return response
