"""The dead-letter shelf: work that used up its attempts, for operators to look at."""

from collections.abc import Iterator
from dataclasses import dataclass
from heapq import nlargest
from typing import Any

import orjson
from redis import Redis

from shared.data.redis.client import unavailable_when_away
from shared.data.redis.keys import KeySpace, PartitionKeys, digest


@dataclass(frozen=True)
class ShelvedWork:
    """One piece of work; the moment is in ms since the epoch."""

    work_id: str
    shelved_ms: int


@dataclass(frozen=True)
class DeadLetter:
    """What is known of one without its text; its owner is a digest, to tell them apart."""

    work_id: str
    shelved_ms: int
    kind: str
    lane: str
    code: str
    attempts: int
    owner: str


class Shelf:
    """Every method raises StoreUnavailableError when Redis is away."""

    def __init__(self, redis: Redis, keys: KeySpace) -> None:
        self._redis: Any = redis
        self._keys = keys

    def works(self) -> Iterator[ShelvedWork]:
        """Yield what lies there, the oldest first within each partition."""
        with unavailable_when_away():
            for keys in self._keys:
                for work_id, at in self._redis.zrange(keys.shelf, 0, -1, withscores=True):
                    yield ShelvedWork(work_id, int(at))

    def count(self) -> int:
        """Return how much lies there."""
        with unavailable_when_away(), self._redis.pipeline(transaction=False) as pipe:
            for keys in self._keys:
                pipe.zcard(keys.shelf)
            return sum(pipe.execute())

    def newest(self, at_most: int, before: ShelvedWork | None = None) -> list[DeadLetter]:
        """Return what came last, the newest first; or last before this, which may have gone."""
        with unavailable_when_away(), self._redis.pipeline(transaction=False) as pipe:
            placed = self._placed(pipe, at_most, before)
            for _, work_id in placed:
                keys = self._keys.of_work(work_id)
                pipe.hmget(keys.work(work_id), ("kind", "lane", "error", "attempts"))
                pipe.hget(keys.job(work_id), "owner")
            found = pipe.execute()
        told = zip(placed, found[::2], found[1::2], strict=True)
        return [_dead_letter(*place, record, owner) for place, record, owner in told]

    def history(self, work_id: str) -> tuple[dict[str, str], list[tuple[str, str, str]]]:
        """Return the record and the log (id, event, data) of a piece of work, without texts."""
        keys = self._keys.of_job(work_id)
        if keys is None:
            return {}, []
        with unavailable_when_away():
            record = self._redis.hgetall(keys.work(work_id))
            entries = self._redis.xrange(keys.log(work_id))
        shown = [(at, fields["e"], fields["d"]) for at, fields in entries]
        return record, [entry for entry in shown if not entry[1].startswith("suggestion.")]

    def drop(self, work_id: str) -> bool:
        """Take it off the shelf and shred its text; return whether it was there."""
        keys = self._keys.of_job(work_id)
        if keys is None:
            return False
        with unavailable_when_away(), self._redis.pipeline(transaction=True) as pipe:
            self._shred(pipe, keys, work_id)
            removed, *_ = pipe.execute()
        return bool(removed)

    def holds(self, work_id: str) -> bool:
        """Whether it lies on the shelf."""
        keys = self._keys.of_job(work_id)
        if keys is None:
            return False
        with unavailable_when_away():
            return self._redis.zscore(keys.shelf, work_id) is not None

    def take_off(self, work_id: str) -> None:
        """Take it off the shelf, for it has been replayed."""
        keys = self._keys.of_job(work_id)
        if keys is not None:
            with unavailable_when_away():
                self._redis.zrem(keys.shelf, work_id)

    def _placed(
        self, pipe: Any, at_most: int, before: ShelvedWork | None
    ) -> list[tuple[float, str]]:
        """Return moments and ids; the ids tell apart what came in the same moment."""
        for keys in self._keys:
            if before:  # a sweep may have put many there at once
                same = before.shelved_ms
                pipe.zrevrangebyscore(keys.shelf, same, same, withscores=True)
            most = f"({before.shelved_ms}" if before else "+inf"
            pipe.zrevrangebyscore(keys.shelf, most, "-inf", start=0, num=at_most, withscores=True)
        places = ((at, one) for some in pipe.execute() for one, at in some)
        last = (before.shelved_ms, before.work_id) if before else None
        return nlargest(at_most, (place for place in places if last is None or place < last))

    @staticmethod
    def _shred(pipe: Any, keys: PartitionKeys, work_id: str) -> None:
        pipe.zrem(keys.shelf, work_id)
        pipe.delete(keys.input(work_id))


def _dead_letter(at: float, work_id: str, record: list[Any], owner: str | None) -> DeadLetter:
    kind, lane, error, attempts = record
    code = orjson.loads(error)["code"] if error else ""
    whose = digest(owner)[:8] if owner else ""
    return DeadLetter(work_id, int(at), kind or "", lane or "", code, int(attempts or 0), whose)
