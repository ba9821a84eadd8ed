"""Logins that were ended before their access tokens are over."""

from collections.abc import Iterable

from redis import Redis

from shared.data.redis import scripts
from shared.data.redis.durability import wait_until_written
from shared.data.redis.keys import KeySpace

ACCESS_TOKEN_S = 3600
_MARGIN_S = 300  # clocks of the processes that issue and read tokens may differ
_TTL_MS = (ACCESS_TOKEN_S + _MARGIN_S) * 1000
_FOR_EVER_MS = 2**53


class DenialStore:
    """What the gate asks about a user's token; StoreUnavailableError when Redis is away."""

    def __init__(self, redis: Redis, keys: KeySpace) -> None:
        self._redis = redis
        self._keys = keys
        self._deny = scripts.load(redis, "deny")

    def deny(self, owner: str, login_ids: Iterable[str]) -> None:
        """Refuse the tokens of these logins from now on."""
        fields = [part for login_id in login_ids for part in (login_id, 1)]
        if fields:
            self._write(owner, fields)

    def deny_all(self, owner: str) -> None:
        """Refuse every token of this owner, also one that is issued at this moment."""
        self._write(owner, ["*", _FOR_EVER_MS])

    def _write(self, owner: str, fields: list[str | int]) -> None:
        key = self._keys.of_owner(owner).denied(owner)
        if self._deny(keys=[key], args=[_TTL_MS, *fields]):
            wait_until_written(self._redis)
