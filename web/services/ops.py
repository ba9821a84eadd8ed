"""What operators see and do."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, TypeVar

from shared.data.dead_letters import DeadLetters
from shared.data.mongo.audit import AuditEntry, AuditLog, Deed
from shared.data.redis.depths import LEASED, QUEUED, WAITING, Depths, DepthStore
from shared.data.redis.keys import JOB_ID
from shared.data.redis.lane_pauses import PAUSABLE, LanePauses
from shared.data.redis.provider_gate import ProviderGate
from shared.data.redis.shelf import DeadLetter, ShelvedWork
from shared.data.redis.work_board import HeldWorks, Waits, WorkBoard
from shared.data.redis.worker_registry import WorkerRegistry
from shared.errors import NotFoundError, StoreUnavailableError
from shared.jobs.names import QueueName
from shared.jobs.provider_calls import BreakerState, DayBudget
from shared.jobs.workers import LANES, WorkerState, capacity

PAUSE, RESUME = "pause", "resume"
SHOWN: Final = 50  # rows of a table
_DAY_S = 24 * 3600
_SHELF_PLACE = re.compile(rf"([0-9]{{1,15}})-({JOB_ID.pattern})")
_ENTRY_ID = re.compile(r"0[0-9a-f]{31}")  # begins with a moment, of this half of a millennium

Shown = TypeVar("Shown")
_Failures = Counter[tuple[str, str]]


@dataclass(frozen=True)
class LaneView:
    """One lane; `paused_ms` is since when, where it is paused."""

    name: str
    queued: int
    leased: int
    waiting: int
    capacity: int
    paused_ms: int | None
    can_pause: bool


@dataclass(frozen=True)
class FailureView:
    """How often jobs of this kind have failed with this code."""

    kind: str
    code: str
    today: int
    in_all: int


@dataclass(frozen=True)
class Shelf:
    """How much lies there, and a page of it, the newest first; `older` names the next page."""

    count: int
    letters: list[DeadLetter]
    older: str | None


@dataclass(frozen=True)
class Overview:
    """The page; a part is None while its store does not answer."""

    lanes: list[LaneView] | None
    workers: list[WorkerState] | None
    held: HeldWorks | None
    waits: Waits | None
    budget: DayBudget | None
    breakers: list[BreakerState] | None
    failures: list[FailureView] | None
    shelf: Shelf | None
    audit: list[AuditEntry] | None


@dataclass(frozen=True)
class OpsReadings:
    """Where what is shown comes from."""

    depths: DepthStore
    pauses: LanePauses
    workers: WorkerRegistry
    board: WorkBoard
    provider: ProviderGate


@dataclass(frozen=True)
class OpsDesk:
    """Every read is bounded; every deed stands in the audit log before it takes effect."""

    readings: OpsReadings
    letters: DeadLetters
    audit: AuditLog

    def overview(self) -> Overview:
        """Return all that can be read now."""
        depths = _readable(self.readings.depths.read)
        workers = _readable(self.readings.workers.living)
        return Overview(
            lanes=_readable(lambda: self._lanes(depths, workers)),
            workers=workers,
            held=_readable(lambda: self.readings.board.held(SHOWN)),
            waits=_readable(self.readings.board.waits),
            budget=_readable(self.readings.provider.budget_today),
            breakers=_readable(self.readings.provider.breakers),
            failures=_readable(lambda: self._failures(depths)),
            shelf=_readable(self.shelf),
            audit=_readable(lambda: self.audit.newest(10)),
        )

    def deeds(self, before: str) -> list[AuditEntry]:
        """Return a page of the audit log, one row more than is shown if there are more.

        :raises StoreUnavailableError: MongoDB is away
        """
        known = before if _ENTRY_ID.fullmatch(before) else ""
        return self.audit.newest(SHOWN + 1, before=known)

    def shelf(self, before: str = "") -> Shelf:
        """Return a page of the dead letters.

        :raises StoreUnavailableError: Redis is away
        """
        place = _SHELF_PLACE.fullmatch(before)
        last = ShelvedWork(place[2], int(place[1])) if place else None
        found = self.letters.shelf.newest(SHOWN + 1, last)
        page = found[:SHOWN]
        older = f"{page[-1].shelved_ms}-{page[-1].work_id}" if len(found) > SHOWN else None
        return Shelf(self.letters.shelf.count(), page, older)

    def switch(self, what: str, lane: str, who: str, request_id: str) -> None:
        """Pause or resume a lane.

        :raises NotFoundError: there is no such lane
        """
        if lane not in list(PAUSABLE):
            raise NotFoundError("There is no such lane to pause")
        pauses = self.readings.pauses
        act = pauses.pause if what == PAUSE else pauses.resume
        with self.audit.recorded(Deed(who, what, lane, request_id)):
            act(QueueName(lane))

    def _lanes(self, depths: Depths | None, workers: list[WorkerState] | None) -> list[LaneView]:
        if depths is None:
            raise StoreUnavailableError("No depths")
        slots, paused = capacity(workers or ()), self.readings.pauses.read().since_ms
        return [
            LaneView(
                name,
                queued=depths.lanes[name, QUEUED],
                leased=depths.lanes[name, LEASED],
                waiting=depths.lanes[name, WAITING],
                capacity=slots[name],
                paused_ms=paused.get(name),
                can_pause=name in list(PAUSABLE),
            )
            for name in sorted(LANES, key=_place)
        ]

    def _failures(self, depths: Depths | None) -> list[FailureView]:
        today: _Failures = self.readings.board.failures(int(_now().timestamp() // _DAY_S))
        in_all: _Failures = depths.failures if depths else Counter()
        found = [
            FailureView(kind, code, today[kind, code], in_all[kind, code])
            for kind, code in {*today, *in_all}
        ]
        return sorted(found, key=lambda one: (-one.today, -one.in_all, one.kind, one.code))


def _readable(read: Callable[[], Shown]) -> Shown | None:
    """Return None for what cannot be read now: the rest of the page is worth showing."""
    try:
        return read()
    except StoreUnavailableError:
        return None


def _place(lane: str) -> int:
    """Return where the lane stands: what somebody waits for comes first."""
    return [queue.lane.value for queue in QueueName].index(lane)


def _now() -> datetime:
    return datetime.now(UTC)
