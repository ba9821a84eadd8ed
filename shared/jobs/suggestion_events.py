"""How a suggestion's fate stands in a job's log, live or from the cache."""

from collections.abc import Iterable

import orjson

from shared.domain.placements import Placed
from shared.jobs.records import Event
from shared.jobs.states import EventName


def progress_event(done: int, total: int) -> Event:
    """Return the event that tells how many of the model's calls are over."""
    return Event(EventName.PROGRESS, f'{{"done":{done},"total":{total}}}')


def event_of(placed: Placed) -> Event:
    """Return the event that tells of one edit."""
    if placed.suggestion is None:
        dropped = orjson.dumps({"reason": placed.dropped}).decode()
        return Event(EventName.SUGGESTION_DROPPED, dropped)
    created = orjson.dumps({"suggestion": placed.suggestion}).decode()
    return Event(EventName.SUGGESTION_CREATED, created)


def events_around(events: Iterable[Event]) -> tuple[Event, ...]:
    """Return the log of a job that was answered at once."""
    queued = Event(EventName.QUEUED, '{"position":0}')
    return (queued, *events, progress_event(1, 1))
