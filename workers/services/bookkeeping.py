"""Copies what owners used from Redis to MongoDB, where it stays."""

from dataclasses import dataclass

import structlog

from shared.data.cached_users import CachedUserRepository
from shared.data.usage_owners import UsageOwners
from shared.domain.identity import user_id_of
from shared.domain.usage import UsageDay
from shared.errors import StoreUnavailableError

_AT_ONCE = 500

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Bookkeeper:
    """Any number may be at it at once; what one leaves undone another one does."""

    usage: UsageOwners
    users: CachedUserRepository

    def copy(self) -> int:
        """Copy what has changed; return how many days that were."""
        copied = 0
        try:
            for day in self.usage.counters.changed(limit=_AT_ONCE):
                if day.changes:
                    self._keep(day)
                self.usage.counters.note_copied(day)
                copied += 1
        except StoreUnavailableError:
            log.warning("bookkeeping_put_off")
        return copied

    def _keep(self, day: UsageDay) -> None:
        """Nothing comes after an account's end: neither this copy, nor a job that ended late.

        Who is live once the copy stands is deleted after it, and the copy with them.
        """
        self.usage.days.keep(day)
        user_id = user_id_of(day.owner)
        if user_id is not None and self.users.profile(user_id) is None:
            self.usage.erase(day.owner)
