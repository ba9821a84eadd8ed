"""Waits for stores that are away: with what does no harm when it is done twice."""

import time
from collections.abc import Callable
from typing import TypeVar

from workers.ai.patience import repeated
from workers.services.interrupts import Interrupt

Result = TypeVar("Result")


def patiently(step: Callable[[], Result], patience_s: float) -> Result:
    """Repeat a step that does no harm twice until Redis answers, or patience is over."""
    return repeated(step, time.monotonic() + patience_s, time.sleep)


def keep_trying(
    interrupt: Interrupt, step: Callable[[], Result], until: float = float("inf")
) -> Result:
    """Repeat a step that does no harm twice until the store answers, or the work has to stop.

    :raises StoppedError, LeaseLostError, HandedBackError, ProviderTimeoutError: stop at once
    """

    def rest(seconds: float) -> None:
        time.sleep(seconds)
        interrupt.check()

    interrupt.check()
    return repeated(step, until, rest)
