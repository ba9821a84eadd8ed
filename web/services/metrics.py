"""What Prometheus reads from the web tier: the processes of this machine, and the installation."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from shared.data.redis.depths import STATES, Depths, DepthStore
from shared.data.redis.lane_pauses import PAUSABLE, LanePauses
from shared.data.redis.provider_gate import ProviderGate
from shared.data.redis.worker_registry import WorkerRegistry
from shared.errors import StoreUnavailableError
from shared.jobs.provider_calls import BreakerPhase, BreakerState, DayBudget
from shared.jobs.workers import LANES, capacity
from shared.metrics.bounds import KINDS, OUTCOMES, among, codes
from shared.metrics.definitions import (
    BREAKER_STATE,
    BUDGET_LIMIT,
    BUDGET_SPENT,
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

_PHASES = (BreakerPhase.CLOSED, BreakerPhase.HALF_OPEN, BreakerPhase.OPEN)


@dataclass(frozen=True)
class MetricsDesk:
    """Adds what is counted in Redis to the page of this process."""

    page: MetricsPage
    depths: DepthStore
    pauses: LanePauses
    workers: WorkerRegistry
    provider_gate: ProviderGate

    def text(self) -> bytes:
        """Return the page; while Redis is away it lacks what only Redis knows, and says so."""
        return self.page.text(self._readings)

    def _readings(self) -> Iterator[Reading]:
        try:
            found, slots = self.depths.read(), capacity(self.workers.living())
            paused = self.pauses.read().since_ms
            breakers, budget = self.provider_gate.breakers(), self.provider_gate.budget_today()
        except StoreUnavailableError:
            yield Reading(STORE_UP, (), 0)
            return
        yield Reading(STORE_UP, (), 1)
        for lane in PAUSABLE:
            yield Reading(LANE_PAUSED, (lane.value,), int(lane.value in paused))
        yield from (Reading(LANE_CAPACITY, (lane,), count) for lane, count in slots.items())
        yield from _of(found)
        yield from _of_provider(breakers, budget)


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


def _of_provider(breakers: Iterable[BreakerState], budget: DayBudget) -> Iterator[Reading]:
    worst: dict[str, int] = {}
    for each in breakers:
        worst[each.model] = max(worst.get(each.model, 0), _PHASES.index(each.state))
    for model, phase in worst.items():
        yield Reading(BREAKER_STATE, (model,), phase)
    yield Reading(BUDGET_SPENT, (), budget.spent_usd)
    if budget.limit_usd is not None:
        yield Reading(BUDGET_LIMIT, (), budget.limit_usd)
