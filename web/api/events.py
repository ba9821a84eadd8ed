"""A job's events: follow them, and a token to follow them with."""

import re

import orjson
from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from shared.domain.limits import Service
from shared.jobs.records import JobRecord
from web.http.bodies import json_response, read_query, secret_response
from web.http.context import services
from web.http.identity import current_caller
from web.http.limits import limited
from web.http.open_lines import held_line, keeps_line
from web.http.openapi import describe, takes
from web.http.sse import event_stream, unnumbered
from web.http.stream_access import follower
from web.schemas.headers import FollowHeaders
from web.schemas.jobs import EventPage, EventsQuery, StreamToken
from web.services.stream_tokens import TOKEN_S, Follower

_EVENT_ID = re.compile(r"[0-9]{1,15}")

events = Blueprint("events", __name__, url_prefix="/jobs/<job_id>")


@events.get("/events")
@takes(FollowHeaders)
@describe(query=EventsQuery, answers={200: EventPage, 204: None}, faults=(404, 410), tag="jobs")
def follow(job_id: str) -> ResponseReturnValue:
    """Follow a job: `text/event-stream`, or a page of the same events as JSON."""
    owner = follower(job_id)
    query = read_query(EventsQuery)
    return events_answer(services().jobs.find(job_id, owner=owner), query, owner)


@events.post("/stream-token")
@describe(answers={200: StreamToken}, faults=(404, 410), tag="jobs")
@limited(Service.READS)
def issue(job_id: str) -> ResponseReturnValue:
    """Give a token for the events of this one job, 15 minutes: `events?st=`."""
    caller = current_caller()
    job = services().jobs.find(job_id, owner=caller.owner)
    token = services().stream_tokens.issue(job.id, Follower.of(caller))
    answer = {"token": token, "expires_in": TOKEN_S}
    return secret_response(answer)


def events_answer(job: JobRecord, query: EventsQuery, owner: str) -> Response:
    """Return the job's events in the form that is asked for."""
    return _page(job, query, owner) if _wants_page() else _stream(job, query, owner)


def _stream(job: JobRecord, query: EventsQuery, owner: str) -> Response:
    after = _after(query)
    if job.status.is_final and after >= job.final_seq:
        return Response(status=204)
    desk, head = services().jobs, ""
    if query.snapshot:
        snapshot = desk.snapshot(job)
        head, after = unnumbered("job.snapshot", snapshot.data), snapshot.id
    events = desk.stream(job, owner=owner, after=after)
    return keeps_line(event_stream(events, head=head))


def _page(job: JobRecord, query: EventsQuery, owner: str) -> Response:
    after, desk = _after(query), services().jobs
    seen = desk.history(job, after)
    if not seen and query.wait and not job.status.is_final:
        with held_line(query.wait):
            desk.wait_for_more(job, after, query.wait)
        job = desk.find(job.id, owner=owner)
        seen = desk.history(job, after)
    shown = seen[: query.limit]
    last = shown[-1].id if shown else after
    page = {
        "events": [{"id": e.id, "event": e.name, "data": orjson.Fragment(e.data)} for e in shown],
        "next_after": last,
        "final": job.status.is_final and last >= job.final_seq,
    }
    return json_response(page)


def _after(query: EventsQuery) -> int:
    """`?after=` is said on purpose; `Last-Event-ID` is what a browser adds when it reconnects."""
    seen = request.headers.get("Last-Event-ID", "")
    if query.after is not None:
        return query.after
    return int(seen) if _EVENT_ID.fullmatch(seen) else 0


def _wants_page() -> bool:
    accepted = request.accept_mimetypes
    return accepted["application/json"] > accepted["text/event-stream"]
