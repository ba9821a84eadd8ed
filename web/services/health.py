"""How this process, and the installation it belongs to, are."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from shared.data.redis.depths import STATES, Depths
from shared.jobs.provider_calls import BreakerPhase
from shared.jobs.workers import LANES, SWEEPER, WorkerState, capacity
from web.services.checks import Ask, Checks, Outcome
from web.services.event_feed import EventFeed

_SWEEPER_STILL_MS = 10_000  # it sweeps twice a second
WORKERS, BREAKERS = "workers", "breakers"  # the views that are judged


@dataclass(frozen=True)
class HealthReport:
    """`checks` are the parts without which nothing works; `concerns` say what works worse."""

    checks: Mapping[str, Outcome]
    concerns: tuple[str, ...]
    details: Mapping[str, Outcome]

    @property
    def failed(self) -> list[str]:
        """The parts that do not answer."""
        return sorted(name for name, outcome in self.checks.items() if not outcome.is_ok)

    @property
    def status(self) -> str:
        """The whole in one word."""
        return "error" if self.failed else "degraded" if self.concerns else "ok"


class HealthDesk:
    """Readiness: can this process take and serve jobs? The provider is never called for that.

    `parts` are what jobs need; `views` what else there is to see, with workers and breakers. A view
    that fails is missing: then a part has failed as well.
    """

    def __init__(self, feed: EventFeed, parts: Mapping[str, Ask], views: Mapping[str, Ask]) -> None:
        self._feed = feed
        self._parts = tuple(parts)
        self._checks = Checks({**parts, **views})

    def report(self) -> HealthReport:
        """Return how everything is, or was a moment ago."""
        self._feed.start()
        found = self._checks.outcomes()
        parts = {name: found[name] for name in self._parts}
        views = {name: outcome for name, outcome in found.items() if name not in parts}
        return HealthReport(parts, tuple(_concerns(views)), views)

    @property
    def is_alive(self) -> bool:
        """Whether this process gets on; a store that is away is no reason to end it."""
        return not (self._feed.is_stuck and self._checks.outcomes()["redis"].is_ok)


def _concerns(views: Mapping[str, Outcome]) -> Iterator[str]:
    if (workers := views[WORKERS]).is_ok:
        slots = capacity(workers.value)
        yield from (f"no worker for {lane}" for lane in LANES if not slots[lane])
        if not any(map(_sweeps, workers.value)):
            yield "no sweeper"
    breakers = views[BREAKERS].value or ()
    if any(one.state is BreakerPhase.OPEN for one in breakers):
        yield "a provider is left alone for now"


def _sweeps(worker: WorkerState) -> bool:
    return worker.role == SWEEPER and (worker.still_ms or 0) < _SWEEPER_STILL_MS


def told_of(report: HealthReport) -> dict[str, Any]:
    """Return what only operators may know: how long each part took, and each view."""
    took = {name: outcome.took_ms for name, outcome in report.checks.items()}
    views = {name: _plain(outcome) for name, outcome in report.details.items()}
    return {"took_ms": took, **views}


def _plain(outcome: Outcome) -> Any:
    if not outcome.is_ok:
        return None
    if isinstance(outcome.value, list):
        return [asdict(each) for each in outcome.value]
    return outcome.value


def lane_view(depths: Depths, workers: Sequence[WorkerState]) -> dict[str, dict[str, int]]:
    """Return the depth of each lane by state, and its capacity."""
    slots = capacity(workers)
    lanes = {lane: dict.fromkeys(STATES, 0) | {"capacity": slots[lane]} for lane in LANES}
    for (lane, state), count in depths.lanes.items():
        lanes[lane][state] = count
    return lanes
