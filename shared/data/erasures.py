"""Deletes accounts, with all that they own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pymongo import timeout
from pymongo.database import Database
from redis import Redis

from shared.data.cached_records import CachedRecords
from shared.data.cached_users import CachedUserRepository
from shared.data.mongo.conversations import ConversationRepository
from shared.data.mongo.logins import LoginRepository
from shared.data.promotions import promotions
from shared.data.redis.denials import DenialStore
from shared.data.redis.job_eraser import JobEraser
from shared.data.redis.job_store import JobStore
from shared.data.redis.keys import KeySpace
from shared.data.redis.tallies import TemplateTallies
from shared.data.revocations import Revocations
from shared.data.template_erasures import TemplateEraser
from shared.data.usage_owners import usage_owners
from shared.domain.identity import user_owner
from shared.jobs.policy import JobPolicy

_LEFT_AFTER_S = 10.0
_LONGEST_S = 300.0
_AT_ONCE = 20

# Deletes what an owner has of one kind; may be asked any number of times, and returns whether
# nothing is left of it.
Eraser = Callable[[str], bool]


@dataclass(frozen=True)
class AccountErasures:
    """The account goes at once, what it owns as soon as may be, and its address last of all.

    The mark on the user is what makes this restartable: whoever finds it goes on from any point.
    """

    users: CachedUserRepository
    revocations: Revocations
    erasers: Sequence[Eraser]

    def begin(self, user_id: str) -> None:
        """End the account: from now on nobody logs in to it.

        :raises StoreUnavailableError: begun or not; what has begun is brought to its end
        """
        if self.users.begin_deleting(user_id):
            self.revocations.end_account(user_owner(user_id))

    def go_on(self, user_id: str, *, within_s: float = _LONGEST_S) -> bool:
        """Delete what is left of an account that was ended; return whether that was all.

        :raises StoreUnavailableError: it is left to the next time, or takes longer than that
        """
        with timeout(within_s):
            return self._go_on(user_id, user_owner(user_id))

    def left_behind(self) -> list[str]:
        """Return users whose deletion did not come to its end."""
        return self.users.left_deleting(for_s=_LEFT_AFTER_S, limit=_AT_ONCE)

    def _go_on(self, user_id: str, owner: str) -> bool:
        self.revocations.end_account(owner)
        # Every one is asked, and in this order: what a job writes is deleted once it has ended.
        left = [erase for erase in self.erasers if not erase(owner)]
        if not left:
            self.users.delete(user_id)
        return not left


def account_erasures(
    records: CachedRecords,
    database: Database[dict[str, Any]],
    redis: Redis,
    keys: KeySpace,
    policy: JobPolicy,
) -> AccountErasures:
    """Return what deletes accounts: whatever keeps something of an owner is named here.

    Sessions that become this user come first, for they bring more; then jobs, for they write.
    """
    return AccountErasures(
        users=records.users,
        revocations=Revocations(LoginRepository(database), DenialStore(redis, keys)),
        erasers=(
            promotions(records, database, redis, keys, policy).settle,
            JobEraser(redis, keys, JobStore(redis, keys, policy)).erase,
            usage_owners(database, redis, keys).erase,
            ConversationRepository(database).delete_all,
            records.document_upkeep.erase_owner,
            TemplateEraser(records.templates.estates, TemplateTallies(redis, keys)).erase,
        ),
    )
