"""Which lanes an operator has paused."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from redis import Redis

from shared.data.redis import scripts
from shared.data.redis.client import unavailable_when_away
from shared.data.redis.installation_keys import InstallationKeys
from shared.data.redis.keys import KeySpace
from shared.jobs.names import QueueName

PAUSABLE: Final = (QueueName.INTERACTIVE, QueueName.BULK)
_LATER_TRIES: Final = (QueueName.RESCUE, QueueName.BULK_RESCUE, QueueName.ISOLATE)


@dataclass(frozen=True)
class Pauses:
    """Since when each paused lane is, in ms since the epoch; `number` grows with each change."""

    number: int
    since_ms: Mapping[str, int]


class LanePauses:
    """Said once for the installation, and followed by each partition, where work is claimed.

    What dies half way is done by whoever heals next. Every method raises StoreUnavailableError when
    Redis is away.
    """

    def __init__(self, redis: Redis, keys: KeySpace) -> None:
        self._redis: Any = redis
        self._keys = keys
        self._said = InstallationKeys().pauses
        self._pause = scripts.load(redis, "pause")

    def pause(self, lane: QueueName) -> None:
        """Let nobody begin work of this lane; what runs goes on."""
        with unavailable_when_away(), self._redis.pipeline(transaction=True) as pipe:
            seconds, micros = self._redis.time()
            pipe.hsetnx(self._said, lane.value, seconds * 1000 + micros // 1000)
            pipe.hincrby(self._said, "number", 1)
            pipe.execute()
        self.heal()

    def resume(self, lane: QueueName) -> None:
        """Let the work of this lane begin again; the next sweep publishes what waits."""
        with unavailable_when_away(), self._redis.pipeline(transaction=True) as pipe:
            pipe.hdel(self._said, lane.value)
            pipe.hincrby(self._said, "number", 1)
            pipe.execute()
        self.heal()

    def read(self) -> Pauses:
        """Return what holds for the installation."""
        with unavailable_when_away():
            said = {name: int(told) for name, told in self._redis.hgetall(self._said).items()}
        return Pauses(said.pop("number", 0), said)

    def heal(self) -> None:
        """Let each partition follow that has missed the last change."""
        now = self.read()
        if not now.number:
            return
        with unavailable_when_away(), self._redis.pipeline(transaction=False) as pipe:
            for keys in self._keys:
                pipe.get(keys.paused_by)
            known = pipe.execute()
        for keys, number in zip(self._keys, known, strict=True):
            if int(number or 0) < now.number:
                self._pause(
                    keys=[keys.paused, keys.paused_by, *map(keys.ready, _LATER_TRIES)],
                    args=[now.number, keys.base, *now.since_ms],
                )
