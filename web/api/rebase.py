"""Where suggestions stand in a newer text."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from shared.domain.limits import Service
from shared.domain.text import OffsetEncoding
from web.http.bodies import json_response, read_body
from web.http.context import services
from web.http.identity import current_owner
from web.http.limits import limited
from web.http.offload import offload
from web.http.openapi import describe
from web.schemas.rebase import RebaseBody, RebaseResult
from web.services.rebase import NamedQuote, RebaseTask

rebases = Blueprint("rebases", __name__, url_prefix="/suggestions/rebase")


@rebases.post("")
@describe(
    body=RebaseBody, answers={200: RebaseResult}, faults=(404, 409, 410, 413, 415), tag="suggest"
)
@limited(Service.READS)
def rebase() -> ResponseReturnValue:
    """Tell where suggestions stand in a text that has changed; what is in doubt has no place."""
    body = read_body(RebaseBody)
    task = _task(body)
    answer = {"suggestions": offload(task.run), "offset_encoding": body.offset_encoding}
    return json_response(answer)


def _task(body: RebaseBody) -> RebaseTask:
    encoding = OffsetEncoding(body.offset_encoding)
    if body.job_id is not None:
        job = services().jobs.find(body.job_id, owner=current_owner())
        return services().rebases.of_job(job, body.old, body.new, encoding)
    quotes = tuple(
        NamedQuote(one.id, one.original, one.start, one.end) for one in body.suggestions or ()
    )
    return RebaseTask(quotes, body.old or "", body.new, encoding, encoding)
