"""Chat jobs: the message, and the seed's synchronous form of it."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from shared.domain.chat import ChatRequest
from shared.domain.identity import Caller
from shared.domain.limits import Service
from shared.domain.prompts import Prompt
from shared.domain.suggestion_requests import SuggestionRequest
from shared.domain.text import OffsetEncoding
from web.api.answers import SEED_WAIT_S, job_answer, seed_answer
from web.api.orders import hand_in
from web.api.texts import NO_TEXT, text_of
from web.http.bodies import read_body
from web.http.context import services
from web.http.limits import charged
from web.http.openapi import describe, takes
from web.http.preferences import preferred_wait_s
from web.schemas.chat import MODELS, ChatBody
from web.schemas.headers import OrderHeaders
from web.schemas.jobs import JobView
from web.services.submissions import Submitted

chat = Blueprint("chat", __name__, url_prefix="/chat")
seed_chat = Blueprint("seed_chat", __name__, url_prefix="/chat")


@chat.post("")
@takes(OrderHeaders)
@describe(
    body=ChatBody,
    answers={200: JobView, 202: JobView},
    faults=(402, 403, 404, 413, 415, 422),
    tag="chat",
)
def create() -> ResponseReturnValue:
    """Say something to the model; the answer is a job to poll or follow."""
    wait_s = preferred_wait_s()
    submitted = _submit()
    return job_answer(submitted.job, wait_s=wait_s, is_replay=submitted.is_replay)


@seed_chat.post("")
def create_and_wait() -> ResponseReturnValue:
    """Say something and wait: the bare result, or the job where it takes too long."""
    submitted = _submit()
    return seed_answer(submitted.job, wait_s=SEED_WAIT_S, is_replay=submitted.is_replay)


def _submit() -> Submitted:
    known = {MODELS: services().settings.models}
    body = charged(Service.READS, lambda: read_body(ChatBody, known))
    desk, within = services().chat, body.conversation_id
    return hand_in(
        "chat",
        body,
        lambda who, terms: desk.submit(lambda: _to_domain(body, who), within, who, terms),
    )


def _to_domain(body: ChatBody, caller: Caller) -> ChatRequest:
    encoding = OffsetEncoding(body.offset_encoding)
    text = text_of(body.document, encoding, caller) if body.document else NO_TEXT
    document = SuggestionRequest(
        **text.untitled,
        prompt=Prompt(""),
        offset_encoding=encoding,
        max_suggestions=body.max_suggestions,
    )
    return ChatRequest(body.message, document, services().chat.model(body.model))
