"""Documents in MongoDB. The newest version of a document is the document itself."""

from pymongo import DESCENDING, ReturnDocument
from pymongo.collection import Collection
from pymongo.database import Database

from shared.data.mongo.client import Record, by_preference, in_time
from shared.data.mongo.conversations import ALIVE, older_than
from shared.data.mongo.document_versions import (
    VersionRepository,
    saved_of,
    wording_of,
    wording_record,
)
from shared.data.mongo.schemas import schema_of, upgraded
from shared.data.mongo.times import milliseconds, now
from shared.domain.documents import Document, DocumentFilter, Wording, search_terms, tag_term
from shared.domain.permissions import PUBLIC, Grant, Sharing, Verb, grants_of

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
        record = _new_record(document_id, wording, owner=owner, why=why)
        with in_time(self._documents):
            self._documents.insert_one(record)
        return _from_record(record)

    def find(self, document_id: str, *, who: str) -> Document | None:
        """Return the document, if they may read it."""
        query = {"_id": document_id, **ALIVE, **_open_to(who, Verb.READ)}
        with in_time(self._documents):
            record = self._documents.find_one(query)
        return _from_record(record) if record else None

    def metadata(self, document_id: str, *, who: str) -> Document | None:
        """Return the document without its content, if they may read it."""
        query = {"_id": document_id, **ALIVE, **_open_to(who, Verb.READ)}
        with in_time(self._documents):
            record = self._documents.find_one(query, _UNLISTED)
        return _from_record(record) if record else None

    def page(
        self, wanted: DocumentFilter, *, limit: int, before: str | None = None
    ) -> list[Document]:
        """Return documents without their content, newest first; those older than `before`."""
        query = {**_filter(wanted), **older_than(before)}
        listed = by_preference(self._documents)
        with in_time(listed):
            found = listed.find(query, _UNLISTED)
            records = list(found.sort("_id", DESCENDING).limit(limit))
        return [_from_record(record) for record in records]

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
            **_open_to(who, Verb.WRITE),
        }
        change = {**_revision(wording, who=who, why=why), "revision": found.revision + 1}
        with in_time(self._documents):
            record = self._documents.find_one_and_update(
                query, {"$set": change}, return_document=ReturnDocument.AFTER
            )
            if record is None and not self._documents.find_one(
                {"_id": found.id, **ALIVE}, {"_id": 1}
            ):
                self._versions.purge([found.id])
        return _from_record(record) if record else None

    def archive(self, document_id: str, *, owner: str, archived: bool) -> Document | None:
        """Put the owner's document into the archive, or take it out."""
        return self._amend(document_id, owner, {"archived": archived})

    def share(self, document_id: str, sharing: Sharing) -> Document | None:
        """Say anew who may use the owner's document."""
        grants = [{"who": grant.who, "access": grant.verb.word} for grant in sharing.grants]
        fields = {"grants": grants, "public": sharing.public}
        return self._amend(document_id, sharing.owner, fields)

    def bury(self, document_id: str, *, owner: str, revision: int | None) -> bool:
        """Leave a tombstone without a word in it; return whether there was such a document.

        With a revision, only the document at that one. What else there is of it goes afterwards.
        """
        query: Record = {"_id": document_id, "owner": owner, **ALIVE}
        if revision is not None:
            query["revision"] = revision
        with in_time(self._documents):
            return self._documents.update_one(query, tombstone()).matched_count > 0

    def _amend(self, document_id: str, owner: str, fields: Record) -> Document | None:
        query = {"_id": document_id, "owner": owner, **ALIVE}
        with in_time(self._documents):
            record = self._documents.find_one_and_update(
                query,
                {"$set": {**fields, "amended": True}},
                return_document=ReturnDocument.AFTER,
            )
        return _from_record(record) if record else None


def tombstone() -> Record:
    """Return the update that takes all words out of a document."""
    return {
        "$set": {"deleted_at": now(), "words_left": True, "objects_left": True},
        "$unset": dict.fromkeys(_WORDS, ""),
    }


def _open_to(who: str, verb: Verb) -> Record:
    """Return the condition under which they may do this, as `Sharing.access` decides it."""
    given = {"who": who, "access": {"$in": list(grants_of(verb))}}
    ways: list[Record] = [{"owner": who}, {"grants": {"$elemMatch": given}}]
    if verb <= PUBLIC:
        ways.append({"public": True})
    return {"$or": ways}


def _filter(wanted: DocumentFilter) -> Record:
    """A tombstone has none of these fields, so nothing has to be said of it."""
    query: Record = {"grants.who" if wanted.shared else "owner": wanted.who}
    archived = [True, False] if wanted.archived is None else [wanted.archived]
    query["archived"] = {"$in": archived} if len(archived) > 1 else archived[0]
    terms = [*([tag_term(wanted.tag)] if wanted.tag is not None else []), *wanted.words]
    if terms:
        query["terms"] = terms[0] if len(terms) == 1 else {"$all": terms}
    return query


def _new_record(document_id: str, wording: Wording, *, owner: str, why: str) -> Record:
    fields = _revision(wording, who=owner, why=why)
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


def _revision(wording: Wording, *, who: str, why: str) -> Record:
    return {
        **wording_record(wording),
        "terms": search_terms(wording.title, wording.tags),
        "saved_by": who,
        "saved_why": why,
        "saved_at": now(),
        "amended": False,
    }


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
