"""How a job is answered, wherever it is asked for."""

import hashlib
from collections.abc import Mapping
from typing import Any

import orjson
from flask import Response, request

from shared.errors import AppError, ConflictError, ProcessingError, RateLimitedError
from shared.jobs.records import JobRecord
from shared.jobs.states import Outcome, Status
from web.http.bodies import json_response
from web.http.context import services
from web.http.errors import error_response
from web.http.identity import current_owner
from web.http.open_lines import held_line
from web.services.job_views import view_job, view_result

POLL_AGAIN_S = "1"
SEED_WAIT_S = 25


def job_answer(job: JobRecord, *, wait_s: int | None, is_replay: bool) -> Response:
    """Return 200 with a final job, else 202; having waited if that was preferred."""
    if wait_s and not job.status.is_final:
        job, wait_s = _awaited(job, wait_s)
    view = view_job(job)
    response = json_response(view, 200 if job.status.is_final else 202)
    response.headers["Location"] = view["urls"]["self"]
    _add_pace(response, job)
    if wait_s is not None and (job.status.is_final or wait_s > 0):
        response.headers["Preference-Applied"] = f"wait={wait_s}"
    _tell_replay(response, is_replay)
    return response


def seed_answer(job: JobRecord, *, wait_s: int, is_replay: bool) -> Response:
    """Return the bare result, the job's own error, or the job where it is not over yet."""
    if not job.status.is_final:
        job, _ = _awaited(job, wait_s)
    if job.status is Status.SUCCEEDED:
        response = json_response(view_result(job))
        _add_pace(response, job)
        _tell_replay(response, is_replay)
        return response
    if job.status is Status.FAILED:
        return error_response(job_failure(job))
    if job.status.is_final:
        raise ConflictError(f"The job ended as {job.status}, without a result")
    return job_answer(job, wait_s=None, is_replay=is_replay)


def conditional(job: JobRecord, view: Mapping[str, Any]) -> Response:
    """Return the view of the job with an `ETag`, or 304 to one who has it already."""
    body = orjson.dumps(view)
    response = Response(body, mimetype="application/json")
    # Weak: it is the same job in every content coding.
    response.set_etag(hashlib.sha256(body).hexdigest()[:32], weak=True)
    _add_pace(response, job)
    response.make_conditional(request)
    return response


def job_failure(job: JobRecord) -> AppError:
    """Return the error that the job ended with, under its own status."""
    told = job.error or {}
    kinds = {kind.code: kind for kind in _all_kinds(AppError)}
    kind = kinds.get(str(told.get("code")), ProcessingError)
    error = AppError(str(told.get("message", "")), retry_after_ms=told.get("retry_after_ms"))
    error.code, error.status = kind.code, kind.status
    error.retryable = bool(told.get("retryable"))
    return error


def _awaited(job: JobRecord, wait_s: int) -> tuple[JobRecord, int | None]:
    """Return the job once it has ended or the time is over, and how long that was to take.

    Whoever holds as many lines as they may is answered at once: the job is accepted already.
    """
    try:
        with held_line(wait_s):
            found = services().jobs.find(job.id, owner=current_owner(), wait_s=wait_s)
    except RateLimitedError:
        return job, None
    return found, wait_s


def _tell_replay(response: Response, is_replay: bool) -> None:
    if is_replay:
        response.headers["Idempotent-Replayed"] = "true"


def _add_pace(response: Response, job: JobRecord) -> None:
    if not job.status.is_final:
        response.headers["Retry-After"] = POLL_AGAIN_S
    if job.outcome is Outcome.CACHED:
        response.headers["Age"] = str((job.cache_age_ms or 0) // 1000)


def _all_kinds(kind: type[AppError]) -> list[type[AppError]]:
    return [kind, *(below for child in kind.__subclasses__() for below in _all_kinds(child))]
