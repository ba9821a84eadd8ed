"""What outlives a request: documents that go, with all that belongs to them, or change hands.

Every step may be taken twice, and whoever dies between two of them leaves them to the next one.
"""

import hashlib
import itertools
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from pymongo import timeout
from pymongo.collection import Collection
from pymongo.cursor import Cursor
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from shared.data.mongo.client import Record, in_time, unavailable_when_away
from shared.data.mongo.conversations import ALIVE
from shared.data.mongo.document_versions import VersionRepository
from shared.data.mongo.documents import DOCUMENTS, DocumentRepository, tombstone
from shared.data.mongo.drafts import (
    DRAFTS,
    DraftRepository,
    draft_key,
    draft_of,
    draft_record,
)
from shared.domain.documents import NO_TITLE, Draft, Wording, conflict_copy

_WAIT_S = 60.0  # for all the documents of somebody
_BATCH = 500
_CHANGED_AT_ONCE = 20
# By then no request is under way that found the document alive.
_LATE = timedelta(minutes=10)


class DocumentUpkeep:
    """Erases, finishes deletions and moves; StoreUnavailableError when MongoDB is away."""

    def __init__(self, database: Database[Record]) -> None:
        self._documents: Collection[Record] = database[DOCUMENTS]
        self._drafts: Collection[Record] = database[DRAFTS]
        self._repository = DocumentRepository(database)
        self._versions, self._writers = VersionRepository(database), DraftRepository(database)

    def purge(self, *document_ids: str) -> None:
        """Delete what belongs to documents that have gone: versions, and everybody's drafts."""
        with unavailable_when_away(), timeout(_WAIT_S):
            self._versions.purge(document_ids)
            self._writers.purge(document_ids)

    def finish_deletions(self) -> None:
        """Delete what is left of documents: a deletion broke off, or somebody was writing yet."""
        late = {"words_left": True, "deleted_at": {"$lt": datetime.now(UTC) - _LATE}}
        self._purge_where(late)
        with unavailable_when_away(), timeout(_WAIT_S):
            self._documents.update_many(late, {"$unset": {"words_left": ""}})

    def with_objects_left(self, *, after: str, limit: int) -> list[str]:
        """Return deleted documents of which something may be in the archive, in their order."""
        query = {"objects_left": True, "_id": {"$gt": after}}
        with unavailable_when_away(), timeout(_WAIT_S):
            found = self._documents.find(query, {"_id": 1}).sort("_id").limit(limit)
            return [record["_id"] for record in found]

    def forget_objects(self, document_id: str) -> None:
        """Note that the archive has nothing of the document; not while a late one may come."""
        late = {"_id": document_id, "deleted_at": {"$lt": datetime.now(UTC) - _LATE}}
        with unavailable_when_away(), timeout(_WAIT_S):
            self._documents.update_one(late, {"$unset": {"objects_left": ""}})

    def erase_owner(self, owner: str) -> bool:
        """Delete all of the owner's documents and drafts, and what others let them do.

        Return that nothing is left, as whoever deletes accounts asks of all that owners have.
        """
        self._change_all({"owner": owner, **ALIVE}, tombstone())
        self._purge_where({"owner": owner, "words_left": True})
        with unavailable_when_away(), timeout(_WAIT_S):
            self._drafts.delete_many({"owner": owner})
        self._revoke({"grants.who": owner}, owner)
        return True

    def move_owner(self, old: str, new: str) -> None:
        """Give all that one owner has to another: documents, versions, drafts and grants."""
        self._change_all({"owner": old}, {"$set": {"owner": new}})
        self._change_all({"owner": new, "saved_by": old}, {"$set": {"saved_by": new}})
        with unavailable_when_away(), timeout(_WAIT_S):
            self._versions.move(old, new)
            for record in list(self._drafts.find({"owner": old})):
                self._move_draft(draft_of(record), new)
        self._change_all({"grants.who": old}, {"$set": {"grants.$.who": new}})
        self._revoke({"owner": new, "grants.who": new}, new)

    def _move_draft(self, draft: Draft, new: str) -> None:
        """One who has a draft there already gets this one as a document: no words are lost."""
        moved = replace(draft, owner=new)
        try:
            self._drafts.insert_one(draft_record(moved, saved_ms=draft.saved_ms))
        except DuplicateKeyError:
            self._keep_apart(draft, new)
        self._drafts.delete_one({"_id": draft_key(draft.document_id, draft.owner)})

    def _keep_apart(self, draft: Draft, new: str) -> None:
        theirs = self._writers.find(draft.document_id, owner=new)
        if theirs is None or theirs.content == draft.content:
            return
        unique = hashlib.sha256(f"{draft.document_id} {draft.owner}".encode()).hexdigest()[:32]
        wording = conflict_copy(Wording(draft.title or NO_TITLE, draft.content), draft.saved_ms)
        try:
            self._repository.add(f"doc_{unique}", wording, owner=new, why="A draft of its own")
        except DuplicateKeyError:
            return  # an earlier try came this far

    def _purge_where(self, query: Record) -> None:
        with unavailable_when_away(), self._documents.find(query, {"_id": 1}) as found:
            found.batch_size(_BATCH)
            while batch := _next_ids(found):
                self.purge(*batch)

    def _revoke(self, query: Record, who: str) -> None:
        self._change_all(query, {"$pull": {"grants": {"who": who}}})

    def _change_all(self, query: Record, change: Record) -> None:
        """Change all that the query finds, some at a time; none that is changed is found again."""
        while True:
            with in_time(self._documents):
                found = self._documents.find(query, {"_id": 1}).limit(_CHANGED_AT_ONCE)
                some = [record["_id"] for record in found]
            if not some:
                return
            with self._changing(*some), in_time(self._documents):
                self._documents.update_many({"_id": {"$in": some}, **query}, change)

    def _changing(self, *_document_ids: str) -> AbstractContextManager[None]:
        """Return what surrounds each change of these documents."""
        return nullcontext()


def _next_ids(found: Cursor[Record]) -> list[str]:
    with timeout(_WAIT_S):
        return [record["_id"] for record in itertools.islice(found, _BATCH)]
