"""Which processes live: each says so every other second, and is forgotten when it says no more."""

from dataclasses import asdict, fields

import orjson
from redis import Redis

from shared.data.redis import scripts
from shared.data.redis.client import unavailable_when_away
from shared.data.redis.installation_keys import InstallationKeys
from shared.jobs.workers import SILENT_MS, WorkerState

_KNOWN = frozenset(field.name for field in fields(WorkerState))


class WorkerRegistry:
    """Raises StoreUnavailableError when Redis is away."""

    def __init__(self, redis: Redis) -> None:
        keys = InstallationKeys()
        self._redis = redis
        self._keys = [keys.workers, keys.workers_seen]
        self._attend = scripts.load(redis, "attend")
        self._present = scripts.load(redis, "present")

    def attend(self, state: WorkerState) -> None:
        """Say that this process lives; when that is, is the store's to say."""
        told = orjson.dumps(asdict(state))
        self._attend(keys=self._keys, args=[state.name, told, SILENT_MS])

    def leave(self, name: str) -> None:
        """Forget a process that ends."""
        with unavailable_when_away():
            pipe = self._redis.pipeline(transaction=True)
            pipe.hdel(self._keys[0], name)
            pipe.zrem(self._keys[1], name)
            pipe.execute()

    def living(self) -> list[WorkerState]:
        """Return those that were heard within the last seconds, by name."""
        found = self._present(keys=self._keys, args=[SILENT_MS])
        states = [_state(told, int(float(seen))) for told, seen in found]
        return sorted(states, key=lambda state: state.name)


def _state(told: str, seen_ms: int) -> WorkerState:
    # Another release may say more of itself.
    given = {name: value for name, value in orjson.loads(told).items() if name in _KNOWN}
    return WorkerState(**given | {"queues": tuple(given["queues"]), "seen_ms": seen_ms})
