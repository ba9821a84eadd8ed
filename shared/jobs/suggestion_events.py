"""How a suggestion's fate stands in a job's log, live or from the cache."""

import orjson

from shared.domain.placements import Placed
from shared.jobs.records import Event
from shared.jobs.states import EventName


def event_of(placed: Placed) -> Event:
    """Return the event that tells of one edit."""
    if placed.suggestion is None:
        dropped = orjson.dumps({"reason": placed.dropped}).decode()
        return Event(EventName.SUGGESTION_DROPPED, dropped)
    created = orjson.dumps({"suggestion": placed.suggestion}).decode()
    return Event(EventName.SUGGESTION_CREATED, created)
