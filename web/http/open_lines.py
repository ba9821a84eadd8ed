"""Bounds how many streams and long polls a caller holds open, by `STREAMS_PER_OWNER`."""

from collections.abc import Iterator
from contextlib import contextmanager
from weakref import finalize

from flask import Response

from shared.domain.identity import Tier
from web.http.context import services
from web.http.identity import current_caller


def keeps_line(response: Response) -> Response:
    """Count the response as open until it is closed, or dropped without ever being sent.

    :raises RateLimitedError: the caller holds as many as they may
    """
    close = finalize(response, services().lines.open(_names()))
    response.call_on_close(close)
    return response


@contextmanager
def held_line(wait_s: float | None) -> Iterator[None]:
    """Count a long poll while it waits.

    :raises RateLimitedError: the caller holds as many as they may
    """
    if not wait_s:
        yield
        return
    close = services().lines.open(_names())
    try:
        yield
    finally:
        close()


def _names() -> tuple[str, ...]:
    """Return what this request counts for; sessions are free, so their address counts as well."""
    caller = current_caller()
    if caller.tier is Tier.ANONYMOUS:
        return caller.owner, f"at {caller.address}"
    return (caller.owner,)
