"""Tells which sessions live, and whether this Redis can know."""

from collections.abc import Sequence
from typing import Any

from redis import Redis

from shared.data.redis.client import unavailable_when_away
from shared.data.redis.keys import KeySpace


class SessionWatch:
    """StoreUnavailableError when Redis is away."""

    def __init__(self, redis: Redis, keys: KeySpace) -> None:
        self._redis: Any = redis
        self._keys = keys

    def known_for_s(self) -> float:
        """Return how long this Redis has been asked, in seconds.

        One that lost its data, or that is another one by now, begins anew: that it knows no session
        means nothing then.
        """
        with unavailable_when_away():
            seconds, _ = self._redis.time()
            key = next(iter(self._keys)).watched
            self._redis.set(key, seconds, nx=True)
            return float(seconds - int(self._redis.get(key) or seconds))

    def dead(self, owners: Sequence[str]) -> list[str]:
        """Return those of these sessions that have ended."""
        with unavailable_when_away():
            pipe = self._redis.pipeline(transaction=False)
            for owner in owners:
                pipe.exists(self._keys.of_owner(owner).session(owner))
            lives = pipe.execute()
        return [owner for owner, is_alive in zip(owners, lives, strict=True) if not is_alive]
