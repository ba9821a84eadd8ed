"""Stops work that blocks: Celery's time limits and revokes do nothing in a thread pool."""

import threading
import time
from collections.abc import Callable

from shared.errors import ProviderTimeoutError
from shared.jobs.names import QueueName
from workers.ai.provider import Standing


class StoppedError(Exception):
    """The last job that waited for this work is gone."""


class HandedBackError(Exception):
    """This process is going away: somebody else is to do the work."""


class LeaseLostError(Exception):
    """The work belongs to somebody else by now."""


class Interrupt:
    """What one piece of work looks at, and another thread sets: the `StopSignal` of its calls."""

    def __init__(
        self, *, total_s: float, name: str = "", lane: str = QueueName.INTERACTIVE.value
    ) -> None:
        self._name, self._lane = name, lane
        self.has_begun = False  # a call of this attempt was made, and cost something
        self.waited_s = 0.0  # for its turn
        self._ends_at = time.monotonic() + total_s
        self._due_at = self._ends_at
        self._lock = threading.Lock()
        self._shut: Callable[[], None] | None = None
        self._reason: Exception | None = None
        self._stopped_at = float("inf")

    def check(self) -> None:
        """Raise what stopped the work, if anything did.

        :raises StoppedError, LeaseLostError, HandedBackError, ProviderTimeoutError: as `stop` said
        """
        if self._reason:
            raise self._reason

    def expect(self, within_s: float) -> None:
        """Say how soon the next part has to come."""
        self._due_at = min(self._ends_at, time.monotonic() + within_s)

    def attach(self, shut: Callable[[], None] | None) -> None:
        """Name what unblocks the call; at once, when the work was stopped before.

        With None the call is over: nothing is due but the end of the work.
        """
        with self._lock:
            self._shut = shut
            if shut is None:
                self._due_at = self._ends_at
            if shut and self._reason:
                shut()

    def forgive(self) -> bool:
        """Forget that a call was late; False if the work itself is late, or stopped."""
        with self._lock:
            has_time = time.monotonic() < self._ends_at
            if has_time and isinstance(self._reason, ProviderTimeoutError):
                self._reason, self._stopped_at = None, float("inf")
                self._due_at = self._ends_at
            return has_time and self._reason is None

    def standing(self) -> Standing:
        """Say who makes the calls, and how long that can wait."""
        left_s = self._ends_at - time.monotonic()
        return Standing(self._name, self._lane, left_s, self.has_begun)

    def note_wait(self, seconds: float) -> None:
        """Take note of time in which no call was made."""
        self.waited_s += seconds

    def stop(self, reason: Exception) -> None:
        """Stop the work; the first reason stands, and a call that begins meanwhile is shut too."""
        with self._lock:
            if self._reason is None:
                self._reason, self._stopped_at = reason, time.monotonic()
            if self._shut:
                self._shut()

    def ignored(self, for_s: float) -> Exception | None:
        """Return why the work was stopped, when it has not heard of it for so long."""
        is_deaf = time.monotonic() > self._stopped_at + for_s
        return self._reason if is_deaf else None

    def stop_if_late(self) -> None:
        """Stop the work when its next part, or its end, is overdue."""
        if time.monotonic() > self._due_at:
            self.stop(ProviderTimeoutError("The model did not answer in time"))
