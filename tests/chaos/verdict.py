"""Judges a ledger: what was lost, finished twice, stuck, or told wrongly."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from tests.chaos.ledger import (
    LATE,
    LIVE,
    Accepted,
    Called,
    Complaint,
    Fault,
    Ledger,
    Look,
    Ordered,
    Seen,
    Stored,
    by_job,
)
from tests.chaos.section_verdicts import SECTION_ENDS, Batch, by_id, faults_of
from tests.chaos.tally import Tally

FINAL = ("succeeded", "failed", "cancelled", "expired", "superseded")
FINAL_EVENTS = tuple(f"job.{status}" for status in FINAL)


@dataclass(frozen=True)
class Verdict:
    """One run. Each fault is told in words that name the key or the job."""

    accepted: int
    lost: tuple[str, ...] = ()
    twice: tuple[str, ...] = ()
    stuck: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    complaints: tuple[str, ...] = ()
    takeovers_s: tuple[float, ...] = ()
    calls_above: int = 0
    tally: Tally = field(default_factory=Tally)

    @property
    def is_clean(self) -> bool:
        return not self.faults

    @property
    def faults(self) -> tuple[str, ...]:
        return (*self.lost, *self.twice, *self.stuck, *self.events, *self.complaints)


def judge(ledger: Ledger) -> Verdict:
    """Return the verdict on a run that is over."""
    book = _Book(ledger)
    return Verdict(
        accepted=len(book.jobs),
        lost=tuple(book.lost()),
        twice=tuple(book.finished_twice()),
        stuck=tuple(book.stuck()),
        events=tuple(book.wrong_events()),
        complaints=tuple(each.words for each in ledger.all(Complaint)),
        takeovers_s=tuple(book.takeovers_s()),
        calls_above=len(ledger.all(Called)) - book.least_calls(),
    )


class _Book:
    """The ledger, sorted by job."""

    def __init__(self, ledger: Ledger) -> None:
        self.orders = {each.key: each for each in ledger.all(Ordered)}
        self.accepted = ledger.all(Accepted)
        self.jobs = {each.job: each.key for each in self.accepted}
        self.looks = by_job(ledger.all(Look))
        self.stored = by_job(ledger.all(Stored))
        self.live = by_job(each for each in ledger.all(Seen) if each.reader == LIVE)
        self.late = by_job(each for each in ledger.all(Seen) if each.reader == LATE)
        self.faults = ledger.all(Fault)
        self.called = Counter(each.key for each in ledger.all(Called))

    def least_calls(self) -> int:
        """Return how many calls there have to be: one for each job, or each section of it."""
        return sum(max(1, self.orders[key].sections) for key in self.jobs.values())

    def lost(self) -> Iterator[str]:
        """Yield what did not end as it should, and what was never accepted at all."""
        for key in self.orders.keys() - {each.key for each in self.accepted}:
            yield f"{key}: never accepted"
        for job, key in self.jobs.items():
            order, looks = self.orders[key], self.looks.get(job, [])
            ends = [(look.status, look.code) for look in looks]
            if not ends or any(end != (order.status, order.code) for end in ends):
                yield f"{job} ({key}): {ends} instead of {order.status} {order.code or ''}"

    def finished_twice(self) -> Iterator[str]:
        """Yield second ends, ends that changed, and second jobs under one key."""
        for one, other in _pairs_of_one_key(self.accepted):
            yield f"{one.key}: {one.job} and {other.job}"
        for job, stored in self.stored.items():
            if job not in self.jobs:
                yield f"{job}: in the store, and nobody was told of it"
            if any(each.ends > 1 for each in stored):
                yield f"{job}: its log ends {stored[-1].ends} times"
        for job in self.jobs:
            yield from _changed_ends(self.looks.get(job, []))
            yield from _told_twice(self.live.get(job, []))
            yield from _told_twice(self.late.get(job, []))
        for job, key in self.jobs.items():
            if self.orders[key].sections:
                batch = Batch(key, self.orders[key].sections, self.live.get(job, []))
                yield from faults_of(batch, self.called)

    def stuck(self) -> Iterator[str]:
        """Yield what has not ended, and what a set still names."""
        for job in self.jobs:
            looks = self.looks.get(job)
            if looks and looks[-1].status in ("queued", "running", "waiting"):
                yield f"{job}: {looks[-1].status}"
            for each in self.stored.get(job, [])[-1:]:
                yield from (f"{job}: still in {name}" for name in each.left_in)

    def wrong_events(self) -> Iterator[str]:
        """Yield what a reader missed, got twice, or got otherwise than a later reader."""
        for job in self.jobs:
            live, late = self.live.get(job, []), self.late.get(job, [])
            if fault := _fault_of_ids(live):
                yield f"{job}: {fault}"
            elif [_bytes(event) for event in live] != [_bytes(event) for event in late]:
                yield f"{job}: a later reader sees something else"
            elif fault := self._fault_of_result(job, live):
                yield f"{job}: {fault}"

    def takeovers_s(self) -> Iterator[float]:
        """Yield how long work stood still that somebody was at when a fault came."""
        for events in self.live.values():
            starts = [event.at for event in events if event.name == "job.started"]
            for before, after in pairwise(starts):
                hits = [each.at for each in self.faults if before < each.at < after]
                yield from (after - at for at in hits[:1])

    def _fault_of_result(self, job: str, events: Sequence[Seen]) -> str:
        looks = self.looks.get(job)
        if not looks or looks[-1].status != "succeeded":
            return ""
        in_order = by_id if self.orders[self.jobs[job]].sections else list  # told as they come
        if in_order(_standing(events)) == in_order(looks[-1].suggestions):
            return ""
        return "what stands after the last reset is not the result"


def _changed_ends(looks: Sequence[Look]) -> Iterator[str]:
    for before, after in pairwise(looks):
        if before.status in FINAL and _said(before) != _said(after):
            yield f"{before.job}: {_said(before)} became {_said(after)}"


def _told_twice(events: Sequence[Seen]) -> Iterator[str]:
    names = [event.name for event in events]
    if sum(map(FINAL_EVENTS.count, names)) > 1:
        yield f"{events[0].job}: two final events"
    if names.count("usage.updated") > max(1, sum(name in SECTION_ENDS for name in names)):
        yield f"{events[0].job}: charged twice"


def _fault_of_ids(events: Sequence[Seen]) -> str:
    ids = [event.id for event in events]
    if not events or events[-1].name not in FINAL_EVENTS:
        return f"no final event behind {ids[-1:]}"
    if ids != list(range(1, len(ids) + 1)):
        return f"the numbers {ids}"
    return ""


def _standing(events: Sequence[Seen]) -> list[Any]:
    standing: list[Any] = []
    for event in events:
        if event.name == "output.reset":
            standing = []
        elif event.name == "suggestion.created":
            standing.append(event.told)
    return standing


def _bytes(event: Seen) -> tuple[int, str, str]:
    return event.id, event.name, event.digest


def _said(look: Look) -> tuple[str, str | None, int]:
    return look.status, look.code, look.attempt


def _pairs_of_one_key(accepted: Sequence[Accepted]) -> Iterator[tuple[Accepted, Accepted]]:
    first: dict[str, Accepted] = {}
    for each in accepted:
        before = first.setdefault(each.key, each)
        if before.job != each.job:
            yield before, each
