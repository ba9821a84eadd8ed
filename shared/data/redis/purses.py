"""Whose money pays for what a caller asks for, and how much of it is left."""

import math

from redis import Redis

from shared.data.redis import scripts
from shared.data.redis.keys import KeySpace
from shared.data.redis.owner_keys import address_name
from shared.domain.budgets import NUSD, Budgets, Purse
from shared.domain.identity import Caller, Tier


class Purses:
    """Shows them; the steps that accept, begin and end work move the money."""

    def __init__(self, redis: Redis, keys: KeySpace, budgets: Budgets) -> None:
        self._keys = keys
        self._budgets = budgets
        self._look = scripts.load(redis, "purse")

    def look(self, caller: Caller) -> Purse:
        """Return the caller's purse of today; for an anonymous one the emptier of the two.

        :raises StoreUnavailableError: Redis is away
        """
        keys = self._keys.of_owner(caller.owner)
        found, left_ms, now_ms = self._look(keys=list(map(keys.purse_of, payers(caller))), args=[])
        spent, reserved = max(found, key=sum)
        limit_usd = self._budgets.of(caller.tier)
        return Purse(limit_usd, spent / NUSD, reserved / NUSD, now_ms + left_ms)


def payers(caller: Caller) -> tuple[str, ...]:
    """Return the names of the purses that pay: sessions are free to make, addresses are not."""
    if caller.tier is not Tier.ANONYMOUS:
        return (caller.owner,)
    return caller.owner, address_name(caller.address)


def nusd(dollars: float) -> int:
    """Return the dollars in whole billionths, rounded up: no limit is passed by what is lost."""
    return math.ceil(round(dollars * NUSD, 3))
