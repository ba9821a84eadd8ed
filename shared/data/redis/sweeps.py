"""Finds work whose holder died and work whose message was lost."""

from dataclasses import dataclass

import orjson
from redis import Redis

from shared.data.redis import scripts
from shared.data.redis.admission import PUBLISH_AGAIN_MS
from shared.data.redis.client import unavailable_when_away
from shared.data.redis.keys import KeySpace
from shared.data.redis.leases import LEASE_MS
from shared.errors import WorkerLostError

MAX_ATTEMPTS = 3
_AT_MOST = 200


@dataclass(frozen=True)
class Swept:
    """Ids of work to publish again: its worker was lost, or its message is overdue."""

    lost: list[str]
    overdue: list[str]


class Sweeps:
    """One Lua step for each partition and lane; any number of processes may sweep at once."""

    def __init__(self, redis: Redis, keys: KeySpace, *, retention_s: int) -> None:
        self._redis = redis
        self._keys = keys
        self._retention_ms = retention_s * 1000
        self._sweep = scripts.load(redis, "sweep")

    def sweep(self, lane: str) -> Swept:
        """Put lost work back into its lane and name all that needs a message."""
        swept = Swept([], [])
        reap = int(self._is_settled())
        for keys in self._keys:
            lost, overdue = self._sweep(
                keys=[keys.leases, keys.ready(lane)],
                args=[
                    keys.base,
                    lane,
                    MAX_ATTEMPTS,
                    PUBLISH_AGAIN_MS,
                    self._retention_ms,
                    _AT_MOST,
                    reap,
                    _lost_too_often(),
                ],
            )
            swept.lost.extend(lost)
            swept.overdue.extend(overdue)
        return swept

    def waiting(self, lane: str) -> int:
        """Return how much accepted work of this lane nobody has claimed."""
        with unavailable_when_away():
            return sum(int(self._redis.zcard(keys.ready(lane))) for keys in self._keys)

    def _is_settled(self) -> bool:
        """After a restart of Redis every lease looks dead: give the workers one to renew theirs."""
        with unavailable_when_away():
            uptime_s = self._redis.info("server")["uptime_in_seconds"]
        return bool(uptime_s * 1000 > LEASE_MS + 1000)


def _lost_too_often() -> bytes:
    error = WorkerLostError(f"The worker was lost {MAX_ATTEMPTS} times while it did this job")
    return orjson.dumps(
        {"code": error.code, "message": error.message, "retryable": error.retryable}
    )
