"""Copies what owners used from Redis to MongoDB, where it stays."""

from dataclasses import dataclass

import structlog

from shared.data.mongo.usage_days import UsageRepository
from shared.data.redis.usage import UsageCounters
from shared.errors import StoreUnavailableError

_AT_ONCE = 500

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Bookkeeper:
    """Any number may be at it at once; what one leaves undone another one does."""

    counters: UsageCounters
    days: UsageRepository

    def copy(self) -> int:
        """Copy what has changed; return how many days that were."""
        copied = 0
        try:
            for day in self.counters.changed(limit=_AT_ONCE):
                if day.changes:
                    self.days.keep(day)
                self.counters.note_copied(day)
                copied += 1
        except StoreUnavailableError:
            log.warning("bookkeeping_put_off")
        return copied
