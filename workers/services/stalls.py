"""Notices that this worker is connected and takes nothing, which nobody else can tell from idling.

It is never sure at once: what it suspects has to show in every look for the whole time, while the
broker and Redis answer others. A process that was frozen, or got no processor, begins to count
anew: it may be about to do what it did not.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from shared.errors import StoreUnavailableError
from shared.jobs.queue import QueueUnavailableError

LOOK_EVERY_S = 2.0
_LEAST_LOOKS = 4
_MISSED_LOOKS = 3
_STILL_S = 3.0  # the loop turns each second, and a broker answers each


class Stall(StrEnum):
    """Why a worker takes nothing."""

    LOOP = "its main loop stands still"
    SILENCE = "the broker owes it an answer, and answers others"
    CONSUMER = "messages wait in its queues, and it takes none"
    SLOTS = "it holds messages, and no slot begins them"


@dataclass(frozen=True)
class Sight:
    """What a worker sees of itself; `at` is its own clock in seconds.

    `begun` counts the tasks it has begun, `waiting` those it holds and has not begun, and `free`
    its slots that are held by no work.
    """

    at: float
    still_s: float
    unanswered_s: float
    begun: int
    waiting: int
    free: int


@dataclass(frozen=True)
class Surroundings:
    """What others say; a StoreUnavailableError or QueueUnavailableError says that they are away."""

    work_is_ready: Callable[[], bool]
    messages: Callable[[], int]


@dataclass
class StallWatch:
    """Judges one look after the other."""

    stall_s: float
    around: Surroundings
    _since: dict[Stall, tuple[float, int]] = field(default_factory=dict)
    _last: Sight | None = None

    @property
    def every_s(self) -> float:
        """How long to wait between two looks."""
        return min(LOOK_EVERY_S, self.stall_s / (_LEAST_LOOKS + 1))

    def look(self, sight: Sight) -> Stall | None:
        """Return why this worker is stalled, once there is no doubt about it."""
        last, self._last = self._last, sight
        if last is None or sight.at - last.at > _MISSED_LOOKS * LOOK_EVERY_S:
            self._since.clear()
            return None
        try:
            suspected = self._suspected(sight, last)
            if suspected:  # a restart gains nothing while one of them is away for all
                self.around.work_is_ready()
                self.around.messages()
        except (StoreUnavailableError, QueueUnavailableError):
            self._since.clear()
            return None
        self._count(suspected, sight.at)
        ripe = [why for why in suspected if self._is_ripe(why, sight.at)]
        if not ripe:
            return None
        # The others may follow from a loop that stands still, and be noticed a moment earlier.
        return Stall.LOOP if Stall.LOOP in suspected else ripe[0]

    def _suspected(self, sight: Sight, last: Sight) -> list[Stall]:
        is_still = min(_STILL_S, self.stall_s)
        found = [Stall.LOOP] if sight.still_s > is_still else []
        if sight.free <= 0 or sight.begun != last.begun:
            return found
        if sight.unanswered_s > is_still:
            found.append(Stall.SILENCE)
        if sight.waiting:
            found.append(Stall.SLOTS)
        elif self.around.work_is_ready() and self.around.messages():
            found.append(Stall.CONSUMER)
        return found

    def _count(self, suspected: list[Stall], at: float) -> None:
        before = self._since
        self._since = {}
        for why in suspected:
            since, looks = before.get(why, (at, 0))
            self._since[why] = (since, looks + 1)

    def _is_ripe(self, why: Stall, at: float) -> bool:
        since, looks = self._since[why]
        return looks >= _LEAST_LOOKS and at - since >= self.stall_s
