"""What becomes of an owner's usage when the owner goes, or turns out to be somebody else."""

import time
from dataclasses import dataclass

from shared.data.mongo.usage_days import UsageRepository
from shared.data.redis.usage import UsageCounters

_DAY_S = 24 * 3600


@dataclass(frozen=True)
class UsageOwners:
    """Both steps may be taken any number of times, once the owner's jobs have ended or moved."""

    counters: UsageCounters
    days: UsageRepository

    def erase(self, owner: str) -> bool:
        """Forget what the owner used; return whether nothing is left."""
        self.counters.erase_owner(owner, today=_today())
        self.days.erase_owner(owner)
        return True

    def move(self, owner: str, to: str) -> None:
        """Give what a session used to the user it has become."""
        self.counters.move_owner(owner, to, today=_today())
        self.days.move_owner(owner, to)


def _today() -> int:
    return int(time.time() // _DAY_S)
