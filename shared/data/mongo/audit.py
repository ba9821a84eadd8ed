"""What operators have done: each deed stands here before it takes effect."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog
import uuid_utils
from pymongo import DESCENDING
from pymongo.collection import Collection
from pymongo.database import Database

from shared.data.mongo.client import Record, in_time
from shared.data.mongo.schemas import schema_of, upgraded
from shared.errors import AppError, StoreUnavailableError

AUDIT = "audit"
BEGUN, DONE = "begun", "done"

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Deed:
    """Who does what to which thing, and in which request; `who` is the id of a user, or a name."""

    who: str
    what: str
    about: str
    request_id: str


@dataclass(frozen=True)
class AuditEntry:
    """A deed, when it was, and what came of it: `begun` as long as nobody knows."""

    id: str
    at: datetime
    deed: Deed
    outcome: str


class AuditLog:
    """Every Mongo query about it; StoreUnavailableError when MongoDB is away."""

    def __init__(self, database: Database[Record]) -> None:
        self._entries: Collection[Record] = database[AUDIT]

    @contextmanager
    def recorded(self, deed: Deed) -> Iterator[None]:
        """Do something that is written down first; what cannot be written down is not done.

        What came of it is added afterwards, as the error's code if it is one that we know. Of what
        a store that went away may have done or not, nobody knows.
        """
        entry_id = self.note(deed, BEGUN)
        try:
            yield
        except StoreUnavailableError:
            raise
        except AppError as error:
            self._end(entry_id, error.code)
            raise
        self._end(entry_id, DONE)

    def note(self, deed: Deed, outcome: str) -> str:
        """Write down what is over already, or begins; return the id of the entry."""
        entry_id = uuid_utils.uuid7().hex
        with in_time(self._entries):
            self._entries.insert_one(_to_record(entry_id, deed, outcome))
        return entry_id

    def newest(self, at_most: int, *, before: str = "") -> list[AuditEntry]:
        """Return entries, the newest first, those before an entry if one is named."""
        asked: Record = {"at": {"$lte": _made_at(before) if before else datetime.now(UTC)}}
        if before:
            asked["_id"] = {"$lt": before}
        with in_time(self._entries):
            found = list(self._entries.find(asked).sort("at", DESCENDING).limit(at_most))
            if len(found) == at_most:  # others may share the moment of the last one
                found += self._entries.find(asked | {"at": found[-1]["at"]})
        records = {record["_id"]: record for record in found}
        return [_from_record(records[id_]) for id_ in sorted(records, reverse=True)[:at_most]]

    def _end(self, entry_id: str, outcome: str) -> None:
        """The deed is done whatever happens here: then its entry says that it was begun."""
        try:
            with in_time(self._entries):
                self._entries.update_one({"_id": entry_id}, {"$set": {"outcome": outcome}})
        except StoreUnavailableError:
            log.warning("audit_outcome_lost", entry=entry_id, outcome=outcome)


def _made_at(entry_id: str) -> datetime:
    """Return the moment that the id holds (RFC 9562, version 7)."""
    return datetime.fromtimestamp(int(entry_id[:12], 16) / 1000, UTC)


def _to_record(entry_id: str, deed: Deed, outcome: str) -> Record:
    return {
        "_id": entry_id,
        "schema": schema_of(AUDIT),
        "at": _made_at(entry_id),
        "who": deed.who,
        "what": deed.what,
        "about": deed.about,
        "request_id": deed.request_id,
        "outcome": outcome,
    }


def _from_record(stored: Record) -> AuditEntry:
    record = upgraded(AUDIT, stored)
    deed = Deed(record["who"], record["what"], record["about"], record["request_id"])
    return AuditEntry(record["_id"], record["at"], deed, record["outcome"])
