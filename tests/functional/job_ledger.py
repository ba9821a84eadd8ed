"""What owners should have spent and set aside, by what was seen to happen to their jobs."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from orjson import loads
from redis import Redis

from shared.data.redis.keys import PartitionKeys
from shared.domain.budgets import NUSD
from shared.jobs.records import Usage
from shared.jobs.states import Status

LIMIT_USD, WORST_USD, USED_USD = 3.0, 0.25, 0.125
MOST_RUNNING = 3
USED = Usage(1, 0, 1, USED_USD)


class JobLedger:
    """Keeps its own books, and compares them with those in Redis."""

    def __init__(self, redis: Redis, keys: PartitionKeys) -> None:
        self._redis = redis
        self._keys = keys
        self._paid: Counter[str] = Counter()
        self._lost: Counter[str] = Counter()
        self._holding: set[str] = set()

    def accepted(self, work: str) -> None:
        """It is new, and the most that it can cost is set aside; so it is when it is claimed."""
        self._holding.add(work)

    def used(self, work: str, usage: Usage) -> None:
        """An attempt is over, and all of them have used so much; what was counted stays."""
        cost = int((usage.cost_usd or 0) * NUSD) + self._lost[work]
        self._paid[work] = max(self._paid[work], cost)
        self._holding.discard(work)

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Note the attempts that are found lost meanwhile: nobody knows what they have used."""
        before = {work: self._usage(work) for work in self._redis.zrange(self._keys.leases, 0, -1)}
        yield
        for work, usage in before.items():
            if self._redis.zscore(self._keys.leases, work) is None:
                self._lost[work] += int(WORST_USD * NUSD)
                self.used(work, usage)

    def agrees(self) -> None:
        """What is set aside is what live work holds; what is spent is what was used; no more."""
        purses = {key: self._redis.hgetall(key) for key in self._redis.keys("*}:purse:*")}
        own = [purse for key, purse in purses.items() if ":purse:a" not in key]
        live = [work for work in self._holding if self._is_live(work)]
        assert _sum(own, "reserved_nusd") == len(live) * WORST_USD * NUSD
        assert _sum(own, "spent_nusd") == self._paid.total()
        for purse in purses.values():
            spent, reserved = _sum([purse], "spent_nusd"), _sum([purse], "reserved_nusd")
            assert min(spent, reserved) >= 0
            assert spent + reserved <= LIMIT_USD * NUSD

    def bounds_what_runs(self) -> None:
        """What counts as running runs, and there is not too much of it."""
        for key in self._redis.keys("*}:running:*"):
            running = self._redis.smembers(key)
            assert len(running) <= MOST_RUNNING
            assert {self._status(work) for work in running} == {Status.RUNNING}

    def _usage(self, work: str) -> Usage:
        told = self._redis.hget(self._keys.work(work), "usage")
        return Usage(**loads(told)) if told else Usage()

    def _status(self, work: str) -> str:
        return str(self._redis.hget(self._keys.work(work), "status"))

    def _is_live(self, work: str) -> bool:
        return not Status(self._status(work)).is_final


def _sum(purses: list[dict[str, str]], name: str) -> int:
    return sum(int(purse.get(name, 0)) for purse in purses)
