"""Waits as long as a call may, and hears at once that it is to stop."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from shared.errors import StoreUnavailableError
from workers.ai.provider import StopSignal

_AGAIN_S = 0.25

Result = TypeVar("Result")


def sleep(seconds: float, stop: StopSignal) -> None:
    """Wait; whatever stops the call is raised at once."""
    woken, began = threading.Event(), time.monotonic()
    stop.attach(woken.set)
    try:
        woken.wait(seconds)
    finally:
        stop.attach(None)
        stop.note_wait(time.monotonic() - began)
    stop.check()


def keep_asking(step: Callable[[], Result], stop: StopSignal, for_s: float) -> Result:
    """Repeat a step that does no harm twice until the store answers; what stops the call stops it.

    :raises StoreUnavailableError: the store was away for so long
    """
    return repeated(step, time.monotonic() + for_s, lambda seconds: sleep(seconds, stop))


def repeated(step: Callable[[], Result], until: float, rest: Callable[[float], None]) -> Result:
    """Repeat a step until the store answers, resting in between, up to a moment of the clock.

    :raises StoreUnavailableError: the store was still away then
    """
    while True:
        try:
            return step()
        except StoreUnavailableError:
            if time.monotonic() > until:
                raise
            rest(_AGAIN_S)
