"""What becomes of an owner's usage when the owner goes, or turns out to be somebody else."""

import time
from dataclasses import dataclass

from pymongo.database import Database
from redis import Redis

from shared.data.mongo.client import Record
from shared.data.mongo.promotions import PromotionRepository
from shared.data.mongo.usage_days import UsageRepository
from shared.data.redis.keys import KeySpace
from shared.data.redis.usage import UsageCounters

_DAY_S = 24 * 3600


@dataclass(frozen=True)
class UsageOwners:
    """Both steps may be taken any number of times, once the owner's jobs have ended or moved."""

    counters: UsageCounters
    days: UsageRepository
    promotions: PromotionRepository

    def erase(self, owner: str) -> bool:
        """Forget what the owner used; return whether nothing is left.

        What a session used is still counted under its name: copied later, it would come back.
        """
        for name in (owner, *self.promotions.sessions_of(owner)):
            self.counters.erase_owner(name, today=_today())
        self.days.erase_owner(owner)
        return True

    def move(self, owner: str, to: str) -> None:
        """Give what a session used to the user it has become."""
        self.counters.move_owner(owner, to, today=_today())
        self.days.move_owner(owner, to)


def usage_owners(database: Database[Record], redis: Redis, keys: KeySpace) -> UsageOwners:
    """Return what knows of usage wherever it is counted."""
    return UsageOwners(
        UsageCounters(redis, keys), UsageRepository(database), PromotionRepository(database)
    )


def _today() -> int:
    return int(time.time() // _DAY_S)
