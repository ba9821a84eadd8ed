"""Makes a session a user: all that it owns moves, and its id is dead."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pymongo.database import Database
from redis import Redis

from shared.data.cached_records import CachedRecords
from shared.data.mongo.conversations import ConversationRepository
from shared.data.mongo.promotions import Promotion, PromotionRepository
from shared.data.mongo.users import UserRepository
from shared.data.redis.job_moves import JobMoves
from shared.data.redis.keys import KeySpace
from shared.data.usage_owners import usage_owners
from shared.domain.identity import user_id_of, user_owner
from shared.jobs.policy import JobPolicy

# Gives what one owner has of one kind to another; may be asked any number of times.
Mover = Callable[[str, str], None]


@dataclass(frozen=True)
class Promotions:
    """First it is written down, then the session dies, and only then anything moves.

    So a session becomes one user at most, nothing new begins in its name behind the mover's back,
    and whoever finds the record goes on from any point. StoreUnavailableError when a store is away.
    """

    records: PromotionRepository
    users: UserRepository
    jobs: JobMoves
    movers: Sequence[Mover]

    def begin(self, session: str, user_id: str) -> Promotion | None:
        """End the session for this user, and return what is to be moved.

        None where there is nothing to do: it has died, or it has become somebody else.
        """
        begun = self._begun(session, user_owner(user_id))
        if begun is None:
            return None
        # Whoever deletes accounts marks the user first: either they see this, or it sees that.
        if self.users.find(user_id) is None:
            self.records.withdraw(begun)
            return None
        self.jobs.end_session(begun.old, begun.new)
        return begun

    def go_on(self, begun: Promotion) -> None:
        """Move all that there is."""
        self._move(begun)
        self.records.note_pass(begun)

    def take_up(self) -> bool:
        """Go on with one promotion that somebody has left, or whose time has come again.

        Return whether there was one.
        """
        left = self.records.take_due()
        if left is None:
            return False
        if self.users.is_known(user_id_of(left.new) or ""):
            self.go_on(left)
        else:
            self.records.withdraw(left)
        return True

    def settle(self, new: str) -> bool:
        """Bring all promotions to this user to their end, before what it owns is deleted."""
        for each in self.records.of(new):
            self._move(each)
            self.records.finish(each)
        return True

    def _begun(self, session: str, new: str) -> Promotion | None:
        if self.jobs.is_alive(session):
            begun: Promotion | None = self.records.begin(session, new)
        else:  # a log-in that is tried again, for its answer was lost
            begun = self.records.find(session)
        return begun if begun and begun.new == new else None

    def _move(self, each: Promotion) -> None:
        self.jobs.end_session(each.old, each.new)
        self.jobs.move(each.old, each.new)
        for move in self.movers:
            move(each.old, each.new)


def promotions(
    records: CachedRecords,
    database: Database[dict[str, Any]],
    redis: Redis,
    keys: KeySpace,
    policy: JobPolicy,
) -> Promotions:
    """Return what promotes sessions: whatever keeps something of an owner is named here."""
    return Promotions(
        records=PromotionRepository(database),
        users=records.users,
        jobs=JobMoves(redis, keys, policy),
        movers=(
            usage_owners(database, redis, keys).move,
            records.document_upkeep.move_owner,
            records.templates.estates.move_owner,
            ConversationRepository(database).move_owner,
        ),
    )
