"""Promotions in MongoDB: which session has become which user, and how far its things have come."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from pymongo import ASCENDING
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from shared.data.mongo.client import Record, in_time
from shared.data.mongo.schemas import schema_of
from shared.domain.identity import user_id_of

PROMOTIONS = "promotions"
_UNFINISHED = {"done_at": None}
# Whoever is at it has that long, before another one takes it up.
_HELD_FOR = timedelta(seconds=10)
# When to look again for what a request that was under way has written since; the last time when
# no job runs any more that began before.
_LATER = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30))


@dataclass(frozen=True)
class Promotion:
    """One session, by what it owned things as, and the user it is now; `passes` were made."""

    old: str
    new: str
    passes: int = 0


class PromotionRepository:
    """Mongo queries about promotions; StoreUnavailableError when MongoDB is away.

    The record comes before anything is moved. So whoever has written in the session's name, and
    finds none afterwards, may leave it to the mover to find what was written.
    """

    def __init__(self, database: Database[Record]) -> None:
        self._promotions: Collection[Record] = database[PROMOTIONS]

    def begin(self, old: str, new: str) -> Promotion:
        """Return the one promotion of this session: to this user, unless another was first."""
        now = datetime.now(UTC)
        record = {"_id": old, "schema": schema_of(PROMOTIONS), "owner": new, "passes": 0}
        times = {"begun_at": now, "due_at": now + _HELD_FOR, "done_at": None}
        with in_time(self._promotions):
            with suppress(DuplicateKeyError):
                self._promotions.insert_one(record | times)
            return _from_record(self._promotions.find_one({"_id": old}) or record)

    def find(self, old: str) -> Promotion | None:
        """Return the promotion of this session, if anything of it is left to do."""
        with in_time(self._promotions):
            record = self._promotions.find_one({"_id": old, **_UNFINISHED})
        return _from_record(record) if record else None

    def owner_now(self, owner: str) -> str:
        """Return what this owner has become, or the same."""
        if user_id_of(owner) is not None:
            return owner  # users stay what they are
        with in_time(self._promotions):
            record = self._promotions.find_one({"_id": owner}, {"owner": 1})
        return record["owner"] if record else owner

    def of(self, new: str) -> list[Promotion]:
        """Return the unfinished promotions to this user."""
        with in_time(self._promotions):
            return [
                _from_record(each) for each in self._promotions.find({"owner": new, **_UNFINISHED})
            ]

    def sessions_of(self, new: str) -> list[str]:
        """Return what this user has been, finished or not."""
        with in_time(self._promotions):
            return [each["_id"] for each in self._promotions.find({"owner": new}, {"_id": 1})]

    def take_due(self) -> Promotion | None:
        """Return a promotion that nobody is at and whose time has come; it is the caller's now."""
        now = datetime.now(UTC)
        due = {"due_at": {"$lte": now}}
        step = {"$set": {"due_at": now + _HELD_FOR}}
        with in_time(self._promotions):
            record = self._promotions.find_one_and_update(due, step, sort=[("due_at", ASCENDING)])
        return _from_record(record) if record else None

    def note_pass(self, made: Promotion) -> None:
        """All that there was has been moved; what comes late is looked for again, a few times."""
        if made.passes >= len(_LATER):
            self.finish(made)
            return
        step = {"passes": made.passes + 1, "due_at": datetime.now(UTC) + _LATER[made.passes]}
        query = {"_id": made.old, "passes": made.passes, **_UNFINISHED}
        with in_time(self._promotions):
            self._promotions.update_one(query, {"$set": step})

    def finish(self, made: Promotion) -> None:
        """Nothing is left to do; the record stays for jobs that are tried again much later."""
        step = {"$set": {"done_at": datetime.now(UTC)}, "$unset": {"due_at": ""}}
        with in_time(self._promotions):
            self._promotions.update_one({"_id": made.old, **_UNFINISHED}, step)

    def withdraw(self, begun: Promotion) -> None:
        """Forget a promotion to a user who is gone."""
        query = {"_id": begun.old, "owner": begun.new, **_UNFINISHED}
        with in_time(self._promotions):
            self._promotions.delete_one(query)


def _from_record(record: Mapping[str, Any]) -> Promotion:
    return Promotion(record["_id"], record["owner"], record["passes"])
