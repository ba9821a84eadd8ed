"""What an owner used: counts of a day, as they were taken, and what is told about them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

_EPOCH = date(1970, 1, 1)
_JOBS = "jobs"
_NANO = 1_000_000_000


@dataclass(frozen=True)
class UsageDay:
    """The counts of one day, from one place; of two states of a place the one with more changes."""

    place: str
    owner: str
    day: int  # since 1970, in UTC
    changes: int
    counts: Mapping[str, int]


@dataclass
class Usage:
    """What was used in some time."""

    by_kind: dict[str, dict[str, int]] = field(default_factory=dict)
    joined: int = 0
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    cost_nusd: int = 0
    unpriced: int = 0

    def add(self, counts: Mapping[str, int]) -> None:
        """Add the counts of a day."""
        for name, count in counts.items():
            noun, _, rest = name.partition(":")
            if noun == _JOBS:
                kind, _, outcome = rest.partition(":")
                outcomes = self.by_kind.setdefault(kind, {})
                outcomes[outcome] = outcomes.get(outcome, 0) + count
            else:
                setattr(self, noun, getattr(self, noun) + count)

    @property
    def jobs(self) -> int:
        """How many jobs ended."""
        return sum(sum(outcomes.values()) for outcomes in self.by_kind.values())

    @property
    def cached_share(self) -> float | None:
        """Which part of the jobs was answered from the cache."""
        cached = sum(outcomes.get("cached", 0) for outcomes in self.by_kind.values())
        return round(cached / self.jobs, 4) if self.jobs else None

    @property
    def cost_usd(self) -> float:
        """The cost of all jobs whose model has a price."""
        return self.cost_nusd / _NANO


def newest_states(found: Iterable[UsageDay]) -> list[UsageDay]:
    """Return each place once: a copy may be older than the original, and never counts beside it."""
    newest: dict[str, UsageDay] = {}
    for each in found:
        known = newest.get(each.place)
        if known is None or known.changes < each.changes:
            newest[each.place] = each
    return list(newest.values())


def by_day(found: Iterable[UsageDay], first: date, last: date) -> dict[date, Usage]:
    """Return the usage of every day of a time, also where there is none."""
    days = (last - first).days + 1
    usage = {first + timedelta(days=n): Usage() for n in range(days)}
    for each in newest_states(found):
        if (on := date_of(each.day)) in usage:
            usage[on].add(each.counts)
    return usage


def total(found: Iterable[Usage]) -> Usage:
    """Return all of it together."""
    every = Usage()
    for each in found:
        every.add(_counts(each))
    return every


def day_of(on: date) -> int:
    """Return the day's number since 1970."""
    return (on - _EPOCH).days


def date_of(day: int) -> date:
    """Return the day of this number since 1970."""
    return _EPOCH + timedelta(days=day)


def _counts(usage: Usage) -> dict[str, int]:
    jobs = {
        f"{_JOBS}:{kind}:{outcome}": count
        for kind, outcomes in usage.by_kind.items()
        for outcome, count in outcomes.items()
    }
    return jobs | {name: value for name, value in vars(usage).items() if name != "by_kind"}
