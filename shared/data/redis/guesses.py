"""How often a password may be tried for one account, wherever from."""

from redis import Redis

from shared.data.redis import scripts
from shared.data.redis.client import unavailable_when_away
from shared.data.redis.keys import KeySpace, digest
from shared.errors import RateLimitedError

_AT_ONCE = 10
_REFILL_S = 60  # for one more
_FAMILIAR_S = 30 * 24 * 3600


class PasswordGuesses:
    """A bucket for each account, besides the one of each address; `scale` multiplies it.

    An address from which the password was right lately has a bucket of its own, so that nobody is
    locked out by strangers who guess. StoreUnavailableError when Redis is away.
    """

    def __init__(self, redis: Redis, keys: KeySpace, *, scale: float) -> None:
        self._redis = redis
        self._keys = keys
        self._guess = scripts.load(redis, "guess")
        self._capacity = max(1, round(_AT_ONCE * scale))

    def spend(self, email_key: str, address: str) -> None:
        """Take a try before it is made, so that many at once are no more than as many in turn.

        :raises RateLimitedError: with the wait
        """
        account, there = digest(email_key), digest(email_key, address)
        keys = self._keys.of_owner(account)
        buckets = [keys.bucket("guesses", there), keys.bucket("guesses", account)]
        per_ms = self._capacity / (_AT_ONCE * _REFILL_S * 1000)
        wait_ms = self._guess(keys=[keys.familiar(there), *buckets], args=[per_ms, self._capacity])
        if wait_ms:
            raise RateLimitedError("Too many wrong passwords", retry_after_ms=wait_ms)

    def trust(self, email_key: str, address: str) -> None:
        """Note that the password was right from this address."""
        keys = self._keys.of_owner(digest(email_key))
        with unavailable_when_away():
            self._redis.set(keys.familiar(digest(email_key, address)), 1, ex=_FAMILIAR_S)
