"""Documents in MongoDB. The newest version of a document is the document itself."""

from collections.abc import Iterable
from dataclasses import replace
from operator import itemgetter

from pymongo.collection import Collection
from pymongo.database import Database

from shared.data.mongo.client import Record, by_preference, in_time
from shared.data.mongo.conversations import ALIVE
from shared.data.mongo.document_versions import (
    VersionRepository,
    saved_of,
    wording_of,
    wording_record,
)
from shared.data.mongo.long_lists import LongList, findable_by
from shared.data.mongo.schemas import schema_of, upgraded
from shared.data.mongo.times import milliseconds, now
from shared.domain.documents import Document, DocumentFilter, Wording, search_terms, tag_term
from shared.domain.permissions import Grant, Sharing, Verb, grants_of

DOCUMENTS = "documents"
_UNLISTED = {"content": 0, "terms": 0}
_WORDS = ("title", "content", "format", "tags", "terms", "grants", "public", "archived")


class DocumentRepository:
    """Mongo queries about documents; StoreUnavailableError when MongoDB is away.

    Who may is part of each query. Ids are our own and sort by time.
    """

    def __init__(self, database: Database[Record]) -> None:
        self._documents: Collection[Record] = database[DOCUMENTS]
        self._versions = VersionRepository(database)

    def add(self, document_id: str, wording: Wording, *, owner: str, why: str) -> Document:
        """Keep a new document at its first revision."""
        record = new_record(document_id, wording, owner=owner, why=why)
        with in_time(self._documents):
            self._documents.insert_one(record)
        return _from_record(record)

    def find(self, document_id: str, *, who: str) -> Document | None:
        """Return the document, if they may read it."""
        return self._found(document_id, who, None)

    def metadata(self, document_id: str, *, who: str) -> Document | None:
        """Return the document without its content, if they may read it."""
        return self._found(document_id, who, _UNLISTED)

    def page(
        self, wanted: DocumentFilter, *, limit: int, before: str | None = None
    ) -> list[Document]:
        """Return documents without their content, newest first; those older than `before`."""
        listed = by_preference(self._documents)
        found: list[Record] = []
        with in_time(listed):
            for fields in _fields(wanted):
                some = LongList(listed, fields, _terms(wanted), _UNLISTED)
                found += some.page(limit=limit, before=before)
        found.sort(key=itemgetter("_id"), reverse=True)
        return [_from_record(record) for record in found[:limit]]

    def save(self, found: Document, wording: Wording, *, who: str, why: str) -> Document | None:
        """Make the next revision of what was found, unless it has moved on or they may not write.

        What stood there is kept first, so whoever dies in between has lost nothing and may begin
        again. A document that was deleted meanwhile takes what was kept with it.
        """
        self._versions.keep(found.version, owner=found.sharing.owner)
        query = {
            "_id": found.id,
            "revision": found.revision,
            **ALIVE,
            **_writable_as(found.sharing, who),
        }
        change = {
            **_revision(found.id, wording, who=who, why=why),
            "revision": found.revision + 1,
        }
        with in_time(self._documents):
            is_saved = self._documents.update_one(query, {"$set": change}).matched_count > 0
            if not is_saved and not self._documents.find_one(
                {"_id": found.id, **ALIVE}, {"_id": 1}
            ):
                self._versions.purge([found.id])
        return _next(found, wording, change) if is_saved else None

    def archive(self, document_id: str, *, owner: str, archived: bool) -> Document | None:
        """Put the owner's document into the archive, or take it out."""
        return self._amend(document_id, owner, {"archived": archived})

    def share(
        self,
        document_id: str,
        *,
        owner: str,
        grants: Iterable[Grant] | None = None,
        public: bool | None = None,
    ) -> Document | None:
        """Say anew who may use the owner's document; what is None stays as it is by then."""
        fields: Record = {} if public is None else {"public": public}
        if grants is not None:
            fields["grants"] = [{"who": one.who, "access": one.verb.word} for one in grants]
        return self._amend(document_id, owner, fields)

    def bury(self, document_id: str, *, owner: str, revision: int | None) -> bool:
        """Leave a tombstone without a word in it; return whether there was such a document.

        With a revision, only the document at that one. What else there is of it goes afterwards.
        """
        at: Record = {} if revision is None else {"revision": revision}
        query: Record = {"_id": document_id, "owner": owner, **at, **ALIVE}
        with in_time(self._documents):
            return self._documents.update_one(query, tombstone()).matched_count > 0

    def _found(self, document_id: str, who: str, left_out: Record | None) -> Document | None:
        with in_time(self._documents):
            record = self._documents.find_one({"_id": document_id, **ALIVE}, left_out)
        found = _from_record(record) if record else None
        return found if found and found.sharing.access(who) else None

    def _amend(self, document_id: str, owner: str, fields: Record) -> Document | None:
        query = {"_id": document_id, "owner": owner, **ALIVE}
        with in_time(self._documents):
            self._documents.update_one(query, {"$set": {**fields, "amended": True}})
            record = self._documents.find_one(query)
        return _from_record(record) if record else None


def tombstone() -> Record:
    """Return the update that takes all words out of a document."""
    return {
        "$set": {"deleted_at": now(), "words_left": True, "objects_left": True},
        "$unset": dict.fromkeys(_WORDS, ""),
    }


def _writable_as(sharing: Sharing, who: str) -> Record:
    """Return what has to hold yet for one who could write when this sharing was read."""
    if who == sharing.owner:
        return {"owner": who}
    given = {"who": who, "access": {"$in": list(grants_of(Verb.WRITE))}}
    return {"grants": {"$elemMatch": given}}


def _fields(wanted: DocumentFilter) -> list[Record]:
    """Return what has to be equal in a list, or in each of two; a tombstone has no such fields."""
    whose = {"grants.who" if wanted.shared else "owner": wanted.who}
    archived = [False, True] if wanted.archived is None else [wanted.archived]
    return [{**whose, "archived": each} for each in archived]


def _terms(wanted: DocumentFilter) -> tuple[str, ...]:
    """Return what documents are to be found by, first what probably finds the fewest."""
    tag = () if wanted.tag is None else (tag_term(wanted.tag),)
    return (*tag, *sorted(wanted.words, key=len, reverse=True))


def new_record(document_id: str, wording: Wording, *, owner: str, why: str = "") -> Record:
    """Return the record of a new document."""
    fields = _revision(document_id, wording, who=owner, why=why)
    return {
        "_id": document_id,
        "schema": schema_of(DOCUMENTS),
        "owner": owner,
        "revision": 1,
        **fields,
        "archived": False,
        "public": False,
        "grants": [],
        "created_at": fields["saved_at"],
        **ALIVE,
    }


def _revision(document_id: str, wording: Wording, *, who: str, why: str) -> Record:
    return {
        **wording_record(wording),
        "terms": findable_by(document_id, search_terms(wording.title, wording.tags)),
        "saved_by": who,
        "saved_why": why,
        "saved_at": now(),
        "amended": False,
    }


def _next(found: Document, wording: Wording, change: Record) -> Document:
    """Return the revision that was made: who reads it again may get one that came later."""
    revision, saved = change["revision"], saved_of(change)
    return replace(found, wording=wording, revision=revision, saved=saved, is_amended=False)


def _from_record(stored: Record) -> Document:
    record = upgraded(DOCUMENTS, stored)
    given = (Grant(one["who"], Verb.named(one["access"])) for one in record["grants"])
    return Document(
        id=record["_id"],
        wording=wording_of(record, record.get("content", "")),
        revision=record["revision"],
        sharing=Sharing(record["owner"], tuple(given), record["public"]),
        saved=saved_of(record),
        created_ms=milliseconds(record["created_at"]),
        archived=record["archived"],
        is_amended=record["amended"],
    )
