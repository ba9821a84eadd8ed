"""Events on the wire: `text/event-stream`."""

import time
from collections.abc import Iterable, Iterator

import structlog
from flask import Response

from shared.errors import AppError
from shared.metrics.recorder import recorder
from web.services.jobs import NumberedEvent

_KEEP_ALIVE = ": still here\n\n"

log = structlog.get_logger(__name__)


def event_stream(events: Iterable[NumberedEvent | None], *, head: str = "") -> Response:
    """Return a response that sends each event as it comes."""
    response = Response(_lines(events, head), mimetype="text/event-stream")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"
    return response


def unnumbered(name: str, data: str) -> str:
    """Return an event that has no place in the log."""
    return f"event: {name}\ndata: {data}\n\n"


def _lines(events: Iterable[NumberedEvent | None], head: str) -> Iterator[str]:
    recorder.stream_opened()
    opened = time.monotonic()
    try:
        # Something at once, so that the reader knows that the line is open.
        yield head or ": open\n\n"
        for event in events:
            yield _line(event)
    except AppError:
        return  # the status is sent; the reader comes back with its last id
    finally:
        recorder.stream_closed()
        log.info("stream_closed", duration_ms=round((time.monotonic() - opened) * 1000, 1))


def _line(event: NumberedEvent | None) -> str:
    if event is None:
        return _KEEP_ALIVE
    return f"id: {event.id}\nevent: {event.name}\ndata: {event.data}\n\n"
