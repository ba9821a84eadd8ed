"""What becomes of people's templates when they, or their owners, go.

Each of these may be broken off at any point and begun again. A template that is deleted leaves a
tombstone of each version, without a word in it: so no change that was under way brings one back.
"""

import itertools
from collections.abc import Collection
from contextlib import suppress
from datetime import UTC, datetime

from pymongo import ReturnDocument
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from shared.data.mongo.client import Record, in_time
from shared.data.mongo.own_templates import ALIVE, VERSIONS, changed_meanwhile
from shared.data.mongo.schemas import schema_of
from shared.data.mongo.template_records import BLANK, TEMPLATES
from shared.domain.stored_templates import TemplateReference

_TOMBSTONES = {"deleted_at": {"$ne": None}}
_AT_ONCE = 100


class TemplateEstates:
    """Deletes templates and hands them on; StoreUnavailableError when MongoDB is away."""

    def __init__(self, database: Database[Record]) -> None:
        self._templates = database[TEMPLATES]
        self._versions = database[VERSIONS]

    def delete(
        self, template_id: str, *, owner: str, expected: Collection[int] | None = None
    ) -> TemplateReference | None:
        """Delete the owner's template and return its last version; None where there was none.

        :raises RevisionConflictError: the version that stands is not one that was expected
        """
        mine: Record = {"_id": template_id, "owner": owner}
        place = mine | ALIVE | ({"version": {"$in": sorted(expected)}} if expected else {})
        buried = {"deleted_at": datetime.now(UTC), "words_left": True}
        gone = {"$set": buried, "$unset": BLANK}
        with in_time(self._templates):
            deleted = None
            if expected != frozenset():
                deleted = self._templates.find_one_and_update(
                    place, gone, return_document=ReturnDocument.AFTER
                )
            left = deleted or self._templates.find_one(mine)
            if left and left.get("deleted_at") is None:
                raise changed_meanwhile(left["version"])
            if left:  # also where a first try has come to an end here
                self._blank(left)
        return TemplateReference(deleted["_id"], deleted["version"]) if deleted else None

    def half_deleted(self) -> list[TemplateReference]:
        """Return what nobody has said to be deleted to the end, without a word in it by now."""
        with in_time(self._templates):
            found = list(self._templates.find({"words_left": True}).limit(_AT_ONCE))
            for tombstone in found:
                self._blank(tombstone)
        return [TemplateReference(each["_id"], each["version"]) for each in found]

    def deleted(self, template_id: str) -> None:
        """Say that nothing is left to be done about a template that was deleted."""
        with in_time(self._templates):
            self._templates.update_one({"_id": template_id}, {"$unset": {"words_left": ""}})

    def erase_owner(self, owner: str) -> list[TemplateReference]:
        """Delete all that the owner has, and return what that was, earlier deletions too."""
        with in_time(self._templates):
            found = list(self._templates.find({"owner": owner}, {"version": 1}))
        for each in found:
            self.delete(each["_id"], owner=owner)
        return [TemplateReference(each["_id"], each["version"]) for each in found]

    def has_any(self, owner: str) -> bool:
        """Return whether the owner has a template that is not deleted."""
        with in_time(self._templates):
            return self._templates.find_one({"owner": owner, **ALIVE}, {"_id": 1}) is not None

    def move_owner(self, old: str, new: str) -> None:
        """Give all that one owner has to another, who may then have more than there may be.

        The template itself comes last: whoever begins again finds those that are to be moved yet.
        """
        while True:
            with in_time(self._templates):
                found = list(self._templates.find({"owner": old}).limit(_AT_ONCE))
            for template in found:
                self._move(template["_id"], old, new)
            if not found:
                return

    def _move(self, template_id: str, old: str, new: str) -> None:
        with in_time(self._templates):
            kept = {"template_id": template_id}
            self._versions.update_many(kept, {"$set": {"owner": new}})
            self._move_newest(template_id, old, new)

    def _move_newest(self, template_id: str, old: str, new: str) -> None:
        mine: Record = {"_id": template_id, "owner": old}
        self._templates.update_one({**mine, **_TOMBSTONES}, {"$set": {"owner": new}})
        taken = set(self._templates.distinct("place", {"owner": new, **ALIVE}))
        for place in (p for n in itertools.count() if (p := f"{new}:{n}") not in taken):
            try:
                step = {"$set": {"owner": new, "place": place}}
                self._templates.update_one({**mine, **ALIVE}, step)
            except DuplicateKeyError:
                continue  # somebody was faster
            return

    def _blank(self, tombstone: Record) -> None:
        """Take the words out of every version, the last included if a change was to keep it."""
        place = {"template_id": tombstone["_id"], "version": tombstone["version"]}
        gone = {"deleted_at": tombstone["deleted_at"]}
        born = {"schema": schema_of(TEMPLATES), "owner": tombstone["owner"], **gone}
        with suppress(DuplicateKeyError):  # kept at the same moment, so blanked with the others
            self._versions.update_one(place, {"$setOnInsert": born}, upsert=True)
        every = {"template_id": tombstone["_id"], **ALIVE}
        self._versions.update_many(every, {"$set": gone, "$unset": BLANK})
