"""Writes down what older records have become: step after step, each once, restartable anywhere."""

import itertools
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta

from pymongo import UpdateOne, timeout
from pymongo.cursor import Cursor
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError, PyMongoError

from shared.data.mongo.client import Record, unavailable_when_away
from shared.data.mongo.schemas import UPGRADES, Upgrade, changes, schema_in
from shared.errors import ConflictError

_JOURNAL, _LEASE = "migrations", "lease"
_HELD_FOR = timedelta(seconds=30)
_AT_ONCE = 500
_QUERY_S = 10.0
_FRUITLESS = 3  # passes in a row, for another process may be at the same records
_FREE = datetime(1970, 1, 1, tzinfo=UTC)


class Migrations:
    """The steps of one database.

    One process at a time takes them, under a lease: clocks may disagree about its end, and a second
    process at the same step does no harm. A step is done when no older record is left; which steps
    are done is in a journal, so that a start does not search all records.
    """

    def __init__(self, database: Database[Record]) -> None:
        self._database = database
        self._journal = database[_JOURNAL]
        self._me = secrets.token_hex(8)

    def pending(self) -> list[str]:
        """Return the names of the steps that are not done."""
        with unavailable_when_away(), timeout(_QUERY_S):
            return [step.name for step in self._pending()]

    def forget(self) -> None:
        """Have all steps look at all records again: an older release may have written since."""
        with unavailable_when_away(), timeout(_QUERY_S):
            self._journal.delete_many({"_id": {"$in": [step.name for step in UPGRADES]}})

    def run(self) -> bool:
        """Take the steps that are not done; return False if another process is at them.

        :raises StoreUnavailableError: MongoDB is away; what is done stays done
        """
        with unavailable_when_away():
            steps = self._pending()
            if not steps:
                return True
            with self._lease() as is_mine:
                for step in steps if is_mine else ():
                    self._take(step)
            return is_mine

    def _pending(self) -> list[Upgrade]:
        done = {record["_id"] for record in self._journal.find({}, {"_id": 1})}
        return [step for step in UPGRADES if step.name not in done]

    def _take(self, step: Upgrade) -> None:
        """Pass over the records until none is older."""
        changed, fruitless, missed = 0, 0, 1
        while missed:
            done, missed = self._pass_over(step)
            changed, fruitless = changed + done, 0 if done else fruitless + 1
            if fruitless > _FRUITLESS:
                raise ConflictError(f"The step {step.name} cannot change what it has read")
        taken = {"schema": 1, "at": datetime.now(UTC), "changed": changed}
        self._journal.update_one({"_id": step.name}, {"$set": taken}, upsert=True)

    def _pass_over(self, step: Upgrade) -> tuple[int, int]:
        """Return how many records were changed, and how many somebody else changed first."""
        done, found = 0, 0
        for batch in self._batches(step):
            self._renew()
            older = [_write(step, record) for record in batch if schema_in(record) < step.to]
            done, found = done + self._write(step, older), found + len(older)
        return done, found - done

    def _batches(self, step: Upgrade) -> Iterator[list[Record]]:
        # Earlier steps may read other fields of what an older release has written since.
        reads = {name for each in UPGRADES for name in each.reads} | {"schema"}
        everything = self._database[step.collection].find({}, dict.fromkeys(reads, 1))
        with everything.batch_size(_AT_ONCE) as found:
            while batch := _next(found):
                yield batch

    def _write(self, step: Upgrade, writes: list[UpdateOne]) -> int:
        if not writes:
            return 0
        with timeout(_QUERY_S):
            return self._database[step.collection].bulk_write(writes, ordered=False).matched_count

    @contextmanager
    def _lease(self) -> Iterator[bool]:
        now = datetime.now(UTC)
        lease = {"holder": self._me, "until": now + _HELD_FOR, "schema": 1}
        try:
            free = {"_id": _LEASE, "until": {"$lt": now}}
            self._journal.update_one(free, {"$set": lease}, upsert=True)
        except DuplicateKeyError:  # it is held
            yield False
            return
        try:
            yield True
        finally:
            with suppress(PyMongoError):  # it ends by itself
                self._keep_until(_FREE)

    def _renew(self) -> None:
        if not self._keep_until(datetime.now(UTC) + _HELD_FOR):
            raise ConflictError("Another process has taken over the migration")

    def _keep_until(self, until: datetime) -> bool:
        mine = {"_id": _LEASE, "holder": self._me}
        return self._journal.update_one(mine, {"$set": {"until": until}}).matched_count > 0


def _next(found: Cursor[Record]) -> list[Record]:
    with timeout(_QUERY_S):
        return list(itertools.islice(found, _AT_ONCE))


def _write(step: Upgrade, record: Record) -> UpdateOne:
    """Change the record unless somebody changed meanwhile what the step has read."""
    read = {name: record.get(name) for name in (*step.reads, "schema")}
    change = changes(step.collection, record, to=step.to)
    return UpdateOne({"_id": record["_id"], **read}, {"$set": change})
