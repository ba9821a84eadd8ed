"""Waits for stores that are away: with what does no harm when it is done twice."""

import time
from collections.abc import Callable
from typing import TypeVar

from shared.errors import StoreUnavailableError
from workers.services.interrupts import Interrupt

_AGAIN_S = 0.25

Result = TypeVar("Result")


def patiently(step: Callable[[], Result], patience_s: float) -> Result:
    """Repeat a step that does no harm twice until Redis answers, or patience is over."""
    return _repeated(step, time.monotonic() + patience_s, lambda: None)


def keep_trying(
    interrupt: Interrupt, step: Callable[[], Result], until: float = float("inf")
) -> Result:
    """Repeat a step that does no harm twice until the store answers, or the work has to stop.

    :raises StoppedError, LeaseLostError, HandedBackError, ProviderTimeoutError: stop at once
    """
    return _repeated(step, until, interrupt.check)


def _repeated(step: Callable[[], Result], until: float, hears: Callable[[], None]) -> Result:
    while True:
        hears()
        try:
            return step()
        except StoreUnavailableError:
            if time.monotonic() > until:
                raise
            time.sleep(_AGAIN_S)
