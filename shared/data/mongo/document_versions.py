"""What documents said before, in MongoDB: one record for each revision, never changed."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from pymongo import ASCENDING, timeout
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from shared.data.mongo.client import Record, in_time, unavailable_when_away
from shared.data.mongo.schemas import schema_of, upgraded
from shared.data.mongo.times import milliseconds, moment
from shared.domain.archives import ArchivedText
from shared.domain.documents import Document, Saved, Version, Wording
from shared.domain.text import TextFormat

VERSIONS = "document_versions"
_BATCH_WAIT_S = 30.0

# Reads a text that is not in MongoDB any more.
Fetch = Callable[[ArchivedText], str]


class VersionRepository:
    """Mongo queries about the revisions before the newest one, which is the document itself.

    Whoever asks has found the document first: that is what decides who may. StoreUnavailableError
    when MongoDB is away.
    """

    def __init__(self, database: Database[Record], fetch: Fetch | None = None) -> None:
        self._versions: Collection[Record] = database[VERSIONS]
        self._fetch = fetch

    def keep(self, version: Version, *, owner: str) -> None:
        """Keep a revision; a second time changes nothing, for a revision says one thing only."""
        key = _key(version.document_id, version.revision)
        record = {"schema": schema_of(VERSIONS), "owner": owner, **_to_record(version)}
        with in_time(self._versions), suppress(DuplicateKeyError):
            self._versions.update_one({"_id": key}, {"$setOnInsert": record}, upsert=True)

    def find(self, document_id: str, revision: int) -> Version | None:
        """Return an earlier revision, with all that it said."""
        query = {"document_id": document_id, "revision": revision}
        with in_time(self._versions):
            record = self._versions.find_one(query)
        return _from_record(record, self._content(record)) if record else None

    def page(self, document: Document, *, limit: int, after: int) -> list[Version]:
        """Return its earlier revisions behind `after`, in their order, without their content."""
        # Revisions have no gaps: so no server looks at more of them than a page holds.
        bounds = {"$gt": after, "$lt": min(document.revision, after + limit + 1)}
        query = {"document_id": document.id, "revision": bounds}
        # Of the primary, as the document: a replica that is behind would leave a gap in the list.
        with in_time(self._versions):
            found = self._versions.find(query, {"content": 0})
            records = list(found.sort("revision", ASCENDING).limit(limit))
        return [_from_record(record, "") for record in records]

    def purge(self, document_ids: Iterable[str]) -> None:
        """Delete all that these documents said."""
        with unavailable_when_away():
            self._versions.delete_many({"document_id": {"$in": list(document_ids)}})

    def move(self, old: str, new: str) -> None:
        """Give one owner's versions to another; may be taken up again where it broke off."""
        with unavailable_when_away():
            self._versions.update_many({"owner": old}, {"$set": {"owner": new}})
            saved = {"owner": new, "saved_by": old}
            self._versions.update_many(saved, {"$set": {"saved_by": new}})

    def _content(self, record: Mapping[str, Any]) -> str:
        """Return the text of a version: the one place that knows where it is kept."""
        if "archived" not in record:
            content: str = record["content"]
            return content
        if self._fetch is None:
            raise TypeError("This repository was made for what needs no texts")
        return self._fetch(ArchivedText(**record["archived"]))

    def old_ones(self, before_ms: int, *, limit: int) -> list[Version]:
        """Return versions saved before then whose texts are here, the longest kept first."""
        query = {"content": {"$exists": True}, "saved_at": {"$lt": moment(before_ms)}}
        with unavailable_when_away(), timeout(_BATCH_WAIT_S):
            records = list(self._versions.find(query).sort("saved_at", ASCENDING).limit(limit))
        return [_from_record(record, record["content"]) for record in records]

    def archive(self, version: Version, text: ArchivedText) -> bool:
        """Let a text go that is in the archive; return whether there is still such a version."""
        key = _key(version.document_id, version.revision)
        change = {"$set": {"archived": asdict(text)}, "$unset": {"content": ""}}
        with in_time(self._versions):
            return self._versions.update_one({"_id": key}, change).matched_count > 0


def _key(document_id: str, revision: int) -> str:
    return f"{document_id}:{revision}"


def wording_record(wording: Wording) -> Record:
    """Return what the writer wrote, as documents and their versions store it."""
    return {
        "title": wording.title,
        "content": wording.content,
        "format": wording.format.value,
        "tags": list(wording.tags),
    }


def wording_of(record: Mapping[str, Any], content: str) -> Wording:
    """Return what the writer wrote."""
    return Wording(record["title"], content, TextFormat(record["format"]), tuple(record["tags"]))


def saved_of(record: Mapping[str, Any]) -> Saved:
    """Return who saved a record, why and when."""
    return Saved(record["saved_by"], record["saved_why"], milliseconds(record["saved_at"]))


def _to_record(version: Version) -> Record:
    return {
        "document_id": version.document_id,
        "revision": version.revision,
        **wording_record(version.wording),
        "saved_by": version.saved.by,
        "saved_why": version.saved.why,
        "saved_at": moment(version.saved.at_ms),
    }


def _from_record(stored: Record, content: str) -> Version:
    record = upgraded(VERSIONS, stored)
    return Version(
        document_id=record["document_id"],
        revision=record["revision"],
        wording=wording_of(record, content),
        saved=saved_of(record),
    )
