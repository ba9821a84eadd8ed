"""How long a command waits for a server that does not take its requests."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from copydesk.errors import CopydeskError, RateLimitedError
from copydesk.protocol.retries import RetryPolicy, Trial

_here = threading.local()


@contextmanager
def telling(tell: Callable[[float], None]) -> Iterator[None]:
    """Have it told, in this thread, whenever a request waits for its turn, and for how long."""
    _here.tell = tell
    try:
        yield
    finally:
        del _here.tell


@dataclass(frozen=True)
class Patience(RetryPolicy):
    """Whoever typed a wrong address learns it soon; many files wait for their turn."""

    most: int = 2
    within_s: float = 5.0
    turn_within_s: float = 600.0

    def pause_s(self, trial: Trial, error: CopydeskError) -> float | None:
        """Return how long to wait before the next try; None where there is to be none."""
        if not isinstance(error, RateLimitedError):
            return super().pause_s(trial, error)
        pause_s = max(error.retry_after or 0.0, self.backoff_s(trial.failed - 1, trial.luck))
        if trial.spent_s + pause_s > self.turn_within_s:
            return None
        if tell := getattr(_here, "tell", None):
            tell(pause_s)
        return pause_s
