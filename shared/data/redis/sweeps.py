"""Finds work whose holder died, whose message was lost, or whose wait is over."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from redis import Redis

from shared.data.redis import scripts
from shared.data.redis.client import unavailable_when_away
from shared.data.redis.keys import KeySpace
from shared.data.redis.lane_pauses import LanePauses
from shared.data.redis.leases import LEASE_MS
from shared.errors import PoisonedError, StoreUnavailableError
from shared.jobs.failures import ended_with, out_of_time
from shared.jobs.policy import PUBLISH_AGAIN_MS, JobPolicy

MAX_ATTEMPTS = 3  # processes that may die under one piece of work
SHELF_MS = 7 * 24 * 3600 * 1000
OVERDUE = "overdue"
LOST = "worker_lost"
TURN = "turn"  # it was held back until now, and is published for the first time
_AT_MOST = 200
_SETTLING_S = LEASE_MS / 1000 + 1


@dataclass(frozen=True)
class Found:
    """Work that needs a message, and why."""

    work_id: str
    queue: str
    why: str


class Sweeps:
    """One Lua step for each partition; any number of processes may sweep at once."""

    def __init__(self, redis: Redis, keys: KeySpace, policy: JobPolicy) -> None:
        self._redis = redis
        self._keys = keys
        self._policy = policy
        self._sweep = scripts.load(redis, "sweep")
        self._pauses = LanePauses(redis, keys)
        self._was_away = False
        self._reaps_from = 0.0

    def sweep(self, queues: Iterable[str]) -> Iterator[Found]:
        """Put lost work back into a queue, end what came too late, and name what to publish.

        :raises StoreUnavailableError: Redis is away
        """
        may_reap = int(self._is_settled())
        self._pauses.heal()
        for keys in self._keys:
            found = self._sweep(
                keys=[
                    keys.leases,
                    keys.parked,
                    keys.starts,
                    keys.shelf,
                    *(keys.ready(queue) for queue in queues),
                ],
                args=[
                    keys.base,
                    MAX_ATTEMPTS,
                    PUBLISH_AGAIN_MS,
                    self._policy.retention_ms,
                    _AT_MOST,
                    may_reap,
                    _lost_too_often(),
                    SHELF_MS,
                    ended_with(out_of_time()),
                    self._policy.bulk_window,
                ],
            )
            yield from (Found(*one) for one in found)

    def waiting(self, queue: str) -> int:
        """Return how much work was handed to this queue and not claimed."""
        with unavailable_when_away():
            return sum(int(self._redis.zcard(keys.ready(queue))) for keys in self._keys)

    def _is_settled(self) -> bool:
        """After Redis was away every lease looks dead: give the workers one to renew theirs."""
        try:
            with unavailable_when_away():
                uptime_s = self._redis.info("server")["uptime_in_seconds"]
        except StoreUnavailableError:
            self._was_away = True
            raise
        if self._was_away:
            self._was_away, self._reaps_from = False, time.monotonic() + _SETTLING_S
        return uptime_s > _SETTLING_S and time.monotonic() >= self._reaps_from


def _lost_too_often() -> bytes:
    return ended_with(PoisonedError(f"The job ended its worker {MAX_ATTEMPTS} times"))
