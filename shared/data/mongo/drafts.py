"""Drafts in MongoDB: what somebody typed into a document and has not saved."""

from collections.abc import Iterable
from dataclasses import replace

from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from shared.data.mongo.client import Record, in_time, unavailable_when_away
from shared.data.mongo.schemas import schema_of, upgraded
from shared.data.mongo.times import milliseconds, moment, now
from shared.domain.documents import Draft

DRAFTS = "drafts"


class DraftRepository:
    """Mongo queries about drafts, one for each writer of a document.

    A draft is replaced by its own revision, so that of two devices that save at once one is told.
    StoreUnavailableError when MongoDB is away.
    """

    def __init__(self, database: Database[Record]) -> None:
        self._drafts: Collection[Record] = database[DRAFTS]

    def find(self, document_id: str, *, owner: str) -> Draft | None:
        """Return the owner's draft of this document."""
        query = {"_id": draft_key(document_id, owner), "owner": owner}
        with in_time(self._drafts):
            record = self._drafts.find_one(query)
        return draft_of(record) if record else None

    def add(self, draft: Draft) -> Draft | None:
        """Keep the first draft, unless there is one by now.

        It begins with a number that no earlier draft has had: who read that one has not read this.
        """
        at = now()
        begun = replace(draft, revision=milliseconds(at))
        record = draft_record(begun, saved_ms=milliseconds(at))
        with in_time(self._drafts):
            try:
                self._drafts.insert_one(record)
            except DuplicateKeyError:
                return None
        return draft_of(record)

    def replace(self, draft: Draft) -> Draft | None:
        """Put the draft in the place of the one of its revision, if that still stands there."""
        key = draft_key(draft.document_id, draft.owner)
        query = {"_id": key, "owner": draft.owner, "revision": draft.revision}
        record = draft_record(replace(draft, revision=draft.revision + 1))
        with in_time(self._drafts):
            is_replaced = self._drafts.replace_one(query, record).matched_count > 0
        return draft_of(record) if is_replaced else None

    def delete(self, document_id: str, *, owner: str, revision: int | None = None) -> bool:
        """Delete the draft, of this revision if one is named; return whether there was one."""
        query: Record = {"_id": draft_key(document_id, owner), "owner": owner}
        if revision is not None:
            query["revision"] = revision
        with in_time(self._drafts):
            return self._drafts.delete_one(query).deleted_count > 0

    def purge(self, document_ids: Iterable[str]) -> None:
        """Delete everybody's drafts of these documents."""
        with unavailable_when_away():
            self._drafts.delete_many({"document_id": {"$in": list(document_ids)}})


def draft_key(document_id: str, owner: str) -> str:
    """Return the id of somebody's draft of a document."""
    return f"{document_id}:{owner}"


def draft_record(draft: Draft, *, saved_ms: int | None = None) -> Record:
    """Return the draft as it is stored; saved now, unless another time is given."""
    return {
        "_id": draft_key(draft.document_id, draft.owner),
        "schema": schema_of(DRAFTS),
        "owner": draft.owner,
        "document_id": draft.document_id,
        "content": draft.content,
        "title": draft.title,
        "base_revision": draft.base_revision,
        "device": draft.device,
        "revision": draft.revision,
        "saved_at": now() if saved_ms is None else moment(saved_ms),
    }


def draft_of(stored: Record) -> Draft:
    """Return the draft that was stored."""
    record = upgraded(DRAFTS, stored)
    return Draft(
        document_id=record["document_id"],
        owner=record["owner"],
        content=record["content"],
        title=record["title"],
        base_revision=record["base_revision"],
        device=record["device"],
        revision=record["revision"],
        saved_ms=milliseconds(record["saved_at"]),
    )
