"""Batches: a whole document or its sections, to be improved section by section."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from shared.domain.batches import BatchRequest, OnError, SentSection
from shared.domain.identity import Caller
from shared.domain.limits import Service
from shared.domain.prices import has_price
from shared.domain.text import OffsetEncoding, TextFormat
from shared.jobs.names import QueueName
from web.api.answers import conditional, job_answer
from web.api.events import events_answer
from web.api.jobs import cancel_answer, retry_answer
from web.api.orders import hand_in, prompt_of
from web.api.texts import NO_TEXT, TextToWorkOn, text_of
from web.http.bodies import json_response, read_body, read_query
from web.http.context import services
from web.http.identity import current_owner
from web.http.limits import charged, limited
from web.http.open_lines import held_line
from web.http.openapi import describe, takes
from web.http.preferences import forbids_keeping, preferred_wait_s, wants_fresh
from web.http.stream_access import follower
from web.schemas.batches import (
    MODEL_HAS_PRICE,
    BatchBody,
    BatchView,
    SectionList,
    SectionsQuery,
)
from web.schemas.headers import FollowHeaders, OrderHeaders, ReadHeaders
from web.schemas.jobs import EventPage, EventsQuery, JobView, WaitQuery
from web.services.batch_views import view_batch, view_section

batches = Blueprint("batches", __name__, url_prefix="/batches")


@batches.post("")
@takes(OrderHeaders)
@describe(
    body=BatchBody,
    answers={200: JobView, 202: JobView},
    faults=(403, 404, 413, 415, 422),
    tag="batches",
)
def create() -> ResponseReturnValue:
    """Have a document improved section by section; the answer is a job to poll or follow."""
    wait_s = preferred_wait_s()
    known = {MODEL_HAS_PRICE: has_price(services().settings.model)}
    body = charged(Service.READS, lambda: read_body(BatchBody, known))
    desk = services().batches
    submitted = hand_in(
        "batches",
        body,
        lambda who, terms: desk.submit(lambda: _to_domain(body, who), who, terms),
        lane=QueueName.BULK,
    )
    return job_answer(submitted.job, wait_s=wait_s, is_replay=submitted.is_replay)


@batches.get("/<batch_id>")
@takes(ReadHeaders)
@describe(query=WaitQuery, answers={200: BatchView, 304: None}, faults=(404, 410), tag="batches")
@limited(Service.READS)
def read(batch_id: str) -> ResponseReturnValue:
    """Show a batch; with `?wait=n`, as soon as it is final or n seconds have passed."""
    wait_s, desk = read_query(WaitQuery).wait, services().batches
    with held_line(wait_s):
        job = desk.with_result(batch_id, owner=current_owner(), wait_s=wait_s)
    return conditional(job, view_batch(job, desk.progress(job)))


@batches.get("/<batch_id>/sections")
@describe(query=SectionsQuery, answers={200: SectionList}, faults=(404, 410), tag="batches")
@limited(Service.READS)
def sections(batch_id: str) -> ResponseReturnValue:
    """List sections in the order of the document, each with its suggestions once it has some."""
    query, desk = read_query(SectionsQuery), services().batches
    job = desk.find(batch_id, owner=current_owner())
    found, following = desk.sections(
        job, after=int(query.cursor), limit=query.limit, only=query.only
    )
    shown = [view_section(each, job.decisions) for each in found]
    return json_response({"sections": shown, "next_cursor": following})


@batches.get("/<batch_id>/events")
@takes(FollowHeaders)
@describe(query=EventsQuery, answers={200: EventPage, 204: None}, faults=(404, 410), tag="batches")
def follow(batch_id: str) -> ResponseReturnValue:
    """Follow all sections on one stream, or read a page of the same events as JSON."""
    owner = follower(batch_id)
    query = read_query(EventsQuery)
    return events_answer(services().batches.with_result(batch_id, owner=owner), query, owner)


@batches.post("/<batch_id>/cancel")
@describe(answers={200: JobView, 202: JobView}, faults=(404, 410), tag="batches")
@limited(Service.READS)
def cancel(batch_id: str) -> ResponseReturnValue:
    """Cancel a batch; sections that have ended stay as they are."""
    return cancel_answer(services().batches.find(batch_id, owner=current_owner()).id)


@batches.post("/<batch_id>/retry")
@takes(OrderHeaders)
@describe(answers={200: JobView, 202: JobView}, faults=(404, 409, 410, 422), tag="batches")
@limited(Service.READS)
def retry(batch_id: str) -> ResponseReturnValue:
    """Try again the sections that did not succeed: a new batch, with `retry_of`."""
    return retry_answer(services().batches.find(batch_id, owner=current_owner()))


def _to_domain(body: BatchBody, caller: Caller) -> BatchRequest:
    encoding = OffsetEncoding(body.offset_encoding)
    text = text_of(body.document, encoding, caller) if body.document else _no_text(body)
    sent = body.sections or ()
    return BatchRequest(
        **vars(text),
        prompt=prompt_of(body.prompt, caller),
        sections=tuple(SentSection(each.custom_id, each.content) for each in sent),
        brief=body.brief or "",
        on_error=OnError(body.on_error),
        max_cost_usd=body.max_cost_usd,
        offset_encoding=encoding,
        max_suggestions=body.max_suggestions,
        keep_answers=not forbids_keeping(),
        is_fresh=wants_fresh(),
    )


def _no_text(body: BatchBody) -> TextToWorkOn:
    return TextToWorkOn(NO_TEXT.content, NO_TEXT.within, TextFormat(body.format or "text"))
