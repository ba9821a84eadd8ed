"""Templates that people make, in MongoDB: the newest version, and behind it the earlier ones.

The newest is the record of the template itself; it carries the owner, and nothing is read but by
way of it. A change first keeps the version that stands, then puts the next one in its place in one
step that holds only for that version: so versions are dense, none is lost, and to die between the
two does no harm.
"""

import itertools
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from pymongo import ASCENDING, DESCENDING, ReturnDocument
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from shared.data.mongo.client import Record, by_preference, in_time
from shared.data.mongo.template_records import (
    TEMPLATES,
    own_record,
    stored_template,
    text_record,
)
from shared.data.mongo.times import now
from shared.domain.stored_templates import (
    MOST_TEMPLATES,
    MOST_VERSIONS,
    StoredTemplate,
    TemplateFilter,
    TemplateText,
)
from shared.errors import ConflictError, RevisionConflictError

VERSIONS = "template_versions"
ALIVE = {"deleted_at": None}
_TRIES = 100
_HIGHEST = "\U0010ffff"


@dataclass(frozen=True)
class Change:
    """What is to be said from now on; `expected` are the versions it may follow, None for any."""

    text: TemplateText
    expected: Collection[int] | None = None


class OwnTemplateRepository:
    """Mongo queries about people's templates; StoreUnavailableError when MongoDB is away.

    Ids sort by time. Somebody else's template looks like none at all.
    """

    def __init__(self, database: Database[Record]) -> None:
        self._templates = database[TEMPLATES]
        self._versions = database[VERSIONS]

    def create(self, made: StoredTemplate, *, owner: str) -> None:
        """Keep a new template.

        :raises ConflictError: its owner has as many as there may be
        """
        record = own_record(made, owner=owner)
        with in_time(self._templates):
            for place in itertools.islice(self._free_places(owner, made.template.id), _TRIES):
                try:
                    self._templates.insert_one({**record, "place": place})
                except DuplicateKeyError:
                    continue  # somebody was faster
                return
        raise ConflictError(f"There may be {MOST_TEMPLATES} templates; delete one first")

    def find(self, template_id: str, *, owner: str) -> StoredTemplate | None:
        """Return the owner's template in its newest version."""
        with in_time(self._templates):
            record = self._find(template_id, owner)
        return stored_template(record) if record else None

    def version(self, template_id: str, version: int, *, owner: str) -> StoredTemplate | None:
        """Return one version of the owner's template."""
        with in_time(self._templates):
            record = self._find(template_id, owner)
            if record and record["version"] != version:
                query = {"template_id": template_id, "version": version, **ALIVE}
                record = self._versions.find_one(query)
        return stored_template(record) if record else None

    def versions(
        self, template_id: str, *, owner: str, after: int, limit: int
    ) -> list[StoredTemplate] | None:
        """Return the versions behind the one called `after`, in their order; None for none."""
        with in_time(self._templates):
            newest = self._find(template_id, owner)
            if newest is None:
                return None
            behind = {"$gt": after, "$lt": newest["version"]}
            query = {"template_id": template_id, "version": behind, **ALIVE}
            records = list(self._versions.find(query).sort("version", ASCENDING).limit(limit))
        if newest["version"] > after:
            records.append(newest)
        return [stored_template(record) for record in records[:limit]]

    def page(
        self, owner: str, wanted: TemplateFilter, *, limit: int, before: str | None = None
    ) -> list[StoredTemplate]:
        """Return templates, newest first; those older than the one called `before`."""
        query: Record = {"owner": owner, **ALIVE}
        if before is not None:
            query["_id"] = {"$lt": before}
        if wanted.category is not None:
            query["category_key"] = wanted.category
        if wanted.words:
            begins = [{"$elemMatch": {"$gte": w, "$lt": w + _HIGHEST}} for w in wanted.words]
            query["terms"] = {"$all": begins}
        listed = by_preference(self._templates)
        with in_time(listed):
            records = list(listed.find(query).sort("_id", DESCENDING).limit(limit))
        return [stored_template(record) for record in records]

    def change(self, template_id: str, change: Change, *, owner: str) -> StoredTemplate | None:
        """Make the next version and return it; None where there is no such template.

        What stands already is no change, and whoever says it again has no conflict.

        :raises RevisionConflictError: the version that stands is not one that was expected
        :raises ConflictError: there are as many versions as there may be
        """
        said = text_record(change.text)
        for _ in range(_TRIES):
            with in_time(self._templates):
                stands = self._find(template_id, owner)
                if stands is None:
                    return None
                if said.items() <= stands.items():
                    return stored_template(stands)
                _check(stands["version"], change.expected)
                self._keep(stands)
            if changed := self._follow(stands, said):
                return stored_template(changed)
        raise ConflictError("The template is being changed by many at once; try again")

    def _follow(self, stands: Record, said: Record) -> Record | None:
        """Put the next version in the place of this one, if it is the newest yet."""
        place = {**_mine(stands["_id"], stands["owner"]), "version": stands["version"]}
        step = {"$set": {**said, "version": stands["version"] + 1, "changed_at": now()}}
        with in_time(self._templates):
            return self._templates.find_one_and_update(
                place, step, return_document=ReturnDocument.AFTER
            )

    def _find(self, template_id: str, owner: str) -> Record | None:
        return self._templates.find_one(_mine(template_id, owner))

    def _keep(self, stands: Record) -> None:
        """Keep a version that will soon not be the newest; a second time changes nothing."""
        place = {"template_id": stands["template_id"], "version": stands["version"]}
        kept = {key: value for key, value in stands.items() if key not in ("_id", "place", *place)}
        try:
            self._versions.update_one(place, {"$setOnInsert": kept}, upsert=True)
        except DuplicateKeyError:
            return  # somebody did the same at the same moment

    def _free_places(self, owner: str, template_id: str) -> Iterator[str]:
        """Yield free places, as long as there are any: each asked for anew.

        There is a unique index on them, so no race gets an owner past the limit.
        """
        while True:
            taken = set(self._templates.distinct("place", {"owner": owner, **ALIVE}))
            free = [p for n in range(MOST_TEMPLATES) if (p := f"{owner}:{n}") not in taken]
            if not free or len(taken) >= MOST_TEMPLATES:
                return
            yield free[int(template_id[-8:], 16) % len(free)]


def _mine(template_id: str, owner: str) -> Record:
    return {"_id": template_id, "owner": owner, **ALIVE}


def _check(stands: int, expected: Collection[int] | None) -> None:
    if expected is not None and stands not in expected:
        raise changed_meanwhile(stands)
    if stands >= MOST_VERSIONS:
        raise ConflictError(f"There may be {MOST_VERSIONS} versions; fork the template")


def changed_meanwhile(stands: int) -> RevisionConflictError:
    """Return what is said to one who expected another version."""
    return RevisionConflictError("The template was changed meanwhile", revision=stands)
