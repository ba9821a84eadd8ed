"""What operators see of the work: who holds it, what it waits for, and how it failed."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from heapq import nsmallest
from typing import Any

from redis import Redis

from shared.data.redis.client import unavailable_when_away
from shared.data.redis.keys import KeySpace

AT_MOST = 1000  # waiting works whose reasons are looked up
_HELD = ("kind", "queue", "worker", "attempts", "started")

# A moment in ms, and an id.
_Place = tuple[float, str]


@dataclass(frozen=True)
class HeldWork:
    """Work that somebody does; the moments are in ms since the epoch."""

    work_id: str
    kind: str
    queue: str
    worker: str
    attempt: int
    age_ms: int
    lease_left_ms: int


@dataclass(frozen=True)
class HeldWorks:
    """How much there is, and that whose lease ends first."""

    count: int
    first: tuple[HeldWork, ...]


@dataclass(frozen=True)
class Waits:
    """What waits for its next try: `reasons` counts those that are due first, AT_MOST of them."""

    count: int
    reasons: Counter[str]
    oldest_ms: int | None
    next_ms: int | None


class WorkBoard:
    """Bounded reads, in few round trips; StoreUnavailableError when Redis is away."""

    def __init__(self, redis: Redis, keys: KeySpace) -> None:
        self._redis: Any = redis
        self._keys = keys

    def held(self, at_most: int) -> HeldWorks:
        """Return the work that runs."""
        with unavailable_when_away():
            now_ms = self._now_ms()
            count, first = self._lowest([keys.leases for keys in self._keys], at_most)
            records = self._records(first, _HELD)
        shown = [
            _held(place, record, now_ms)
            for place, record in zip(first, records, strict=True)
            if record[0]
        ]
        return HeldWorks(count, tuple(shown))

    def waits(self) -> Waits:
        """Return what the work waits for that has begun and goes on later."""
        with unavailable_when_away():
            now_ms = self._now_ms()
            count, first = self._lowest([keys.parked for keys in self._keys], AT_MOST)
            records = [each for each in self._records(first, ("reason", "created")) if each[0]]
        created = [float(at) for _, at in records if at]
        return Waits(
            count,
            Counter(reason for reason, _ in records),
            oldest_ms=_age_ms(min(created), now_ms) if created else None,
            next_ms=max(0, int(first[0][0]) - now_ms) if first else None,
        )

    def failures(self, day: int) -> Counter[tuple[str, str]]:
        """Return how many jobs have failed on this day, by kind and code."""
        with unavailable_when_away(), self._redis.pipeline(transaction=False) as pipe:
            for keys in self._keys:
                pipe.hgetall(keys.ended_on(day))
            counted = pipe.execute()
        sums: Counter[tuple[str, str]] = Counter()
        for fields in counted:
            for name, count in fields.items():
                kind, _, how = name.partition(":failed:")
                if how:
                    sums[kind, how] += int(count)
        return sums

    def _now_ms(self) -> int:
        seconds, micros = self._redis.time()
        return int(seconds) * 1000 + int(micros) // 1000

    def _lowest(self, names: list[str], at_most: int) -> tuple[int, list[_Place]]:
        """Return how much these sorted sets hold, and what is lowest in all of them."""
        with self._redis.pipeline(transaction=False) as pipe:
            for name in names:
                pipe.zcard(name)
                pipe.zrange(name, 0, at_most - 1, withscores=True)
            found = pipe.execute()
        places = ((score, work_id) for some in found[1::2] for work_id, score in some)
        return sum(found[::2]), nsmallest(at_most, places)

    def _records(self, places: Iterable[_Place], names: tuple[str, ...]) -> list[list[Any]]:
        with self._redis.pipeline(transaction=False) as pipe:
            for _, work_id in places:
                pipe.hmget(self._keys.of_work(work_id).work(work_id), names)
            records: list[list[Any]] = pipe.execute()
        return records


def _held(place: _Place, record: list[Any], now_ms: int) -> HeldWork:
    ends_ms, work_id = place
    kind, queue, worker, attempts, started = record
    return HeldWork(
        work_id,
        kind,
        queue,
        worker or "",
        int(attempts or 0),
        age_ms=_age_ms(float(started or now_ms), now_ms),
        lease_left_ms=int(ends_ms - now_ms),
    )


def _age_ms(since_ms: float, now_ms: int) -> int:
    return max(0, int(now_ms - since_ms))  # the clock may have been set back
