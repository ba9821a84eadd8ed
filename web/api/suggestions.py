"""Suggestion jobs: the order, and the seed's synchronous form of it."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from shared.domain.identity import Caller
from shared.domain.limits import Service
from shared.domain.suggestion_requests import SuggestionRequest
from shared.domain.text import OffsetEncoding
from shared.jobs.names import QueueName
from web.api.answers import SEED_WAIT_S, job_answer, seed_answer
from web.api.orders import hand_in, prompt_of
from web.api.texts import text_of
from web.http.bodies import read_body
from web.http.context import services
from web.http.limits import charged
from web.http.openapi import describe, takes
from web.http.preferences import forbids_keeping, preferred_wait_s
from web.schemas.headers import OrderHeaders
from web.schemas.jobs import JobView
from web.schemas.suggestions import SuggestionBody
from web.services.submissions import Submitted

suggestions = Blueprint("suggestions", __name__, url_prefix="/suggestions")
seed_suggestions = Blueprint("seed_suggestions", __name__, url_prefix="/suggestions")


@suggestions.post("")
@takes(OrderHeaders)
@describe(
    body=SuggestionBody,
    answers={200: JobView, 202: JobView},
    faults=(402, 403, 404, 413, 415, 422),
    tag="suggest",
)
def create() -> ResponseReturnValue:
    """Ask for suggestions; the answer is a job to poll or follow."""
    wait_s = preferred_wait_s()
    submitted = _submit()
    return job_answer(submitted.job, wait_s=wait_s, is_replay=submitted.is_replay)


@seed_suggestions.post("")
def create_and_wait() -> ResponseReturnValue:
    """Ask for suggestions and wait: the bare result, or the job where it takes too long."""
    submitted = _submit()
    return seed_answer(submitted.job, wait_s=SEED_WAIT_S, is_replay=submitted.is_replay)


def _submit() -> Submitted:
    body = charged(Service.READS, lambda: read_body(SuggestionBody))
    desk = services().suggestions
    return hand_in(
        "suggestions",
        body,
        lambda who, terms: desk.submit(lambda: _to_domain(body, who), who, terms),
        lane=QueueName(body.lane),
    )


def _to_domain(body: SuggestionBody, caller: Caller) -> SuggestionRequest:
    encoding = OffsetEncoding(body.offset_encoding)
    text = text_of(body.document, encoding, caller)
    return SuggestionRequest(
        **text.untitled,
        prompt=prompt_of(body.prompt, caller),
        offset_encoding=encoding,
        max_suggestions=body.max_suggestions,
        keep_answer=not forbids_keeping(),
    )
