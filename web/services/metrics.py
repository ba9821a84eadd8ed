"""What Prometheus reads from the web tier: the processes of this machine, and the installation."""

from collections.abc import Iterator
from dataclasses import dataclass

from shared.data.redis.depths import STATES, Depths, DepthStore
from shared.data.redis.lane_pauses import PAUSABLE, LanePauses
from shared.data.redis.worker_registry import WorkerRegistry
from shared.errors import StoreUnavailableError
from shared.jobs.workers import LANES, capacity
from shared.metrics.bounds import KINDS, OUTCOMES, among, codes
from shared.metrics.definitions import (
    JOB_FAILURES,
    JOBS,
    LANE_CAPACITY,
    LANE_DEPTH,
    LANE_PAUSED,
    SHELF_DEPTH,
    STORE_UP,
)
from shared.metrics.pages import MetricsPage
from shared.metrics.readings import Reading


@dataclass(frozen=True)
class MetricsDesk:
    """Adds what is counted in Redis to the page of this process."""

    page: MetricsPage
    depths: DepthStore
    pauses: LanePauses
    workers: WorkerRegistry

    def text(self) -> bytes:
        """Return the page; while Redis is away it lacks what only Redis knows, and says so."""
        return self.page.text(self._readings)

    def _readings(self) -> Iterator[Reading]:
        try:
            found, slots = self.depths.read(), capacity(self.workers.living())
            paused = self.pauses.read().since_ms
        except StoreUnavailableError:
            yield Reading(STORE_UP, (), 0)
            return
        yield Reading(STORE_UP, (), 1)
        for lane in PAUSABLE:
            yield Reading(LANE_PAUSED, (lane.value,), int(lane.value in paused))
        yield from (Reading(LANE_CAPACITY, (lane,), count) for lane, count in slots.items())
        yield from _of(found)


def _of(found: Depths) -> Iterator[Reading]:
    yield Reading(SHELF_DEPTH, (), found.shelf)
    for lane in LANES:  # a lane without work has a depth, too: who scales by it must see the 0
        for state in STATES:
            yield Reading(LANE_DEPTH, (lane, state), found.lanes[lane, state])
    for (kind, outcome), count in found.ended.items():
        yield Reading(JOBS, (among(kind, KINDS), among(outcome, OUTCOMES)), count)
    known = codes()
    for (kind, code), count in found.failures.items():
        yield Reading(JOB_FAILURES, (among(kind, KINDS), among(code, known)), count)
