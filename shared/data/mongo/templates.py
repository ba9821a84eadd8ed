"""The system's templates in MongoDB: one record for each version, never changed."""

from collections.abc import Iterable
from operator import itemgetter

from pymongo import ASCENDING, UpdateOne, timeout
from pymongo.database import Database

from shared.data.mongo.client import Record, in_time, unavailable_when_away
from shared.data.mongo.schemas import schema_of
from shared.data.mongo.template_records import SYSTEM, TEMPLATES, template, text_record
from shared.domain.prompt_templates import Template
from shared.domain.stored_templates import TemplateText
from shared.errors import StoreUnavailableError

_BY_VERSION = ("template_id", "version")
_PING_S = 1.0


class TemplateRepository:
    """Mongo queries about the system's templates; StoreUnavailableError when MongoDB is away."""

    def __init__(self, database: Database[Record]) -> None:
        self._templates = database[TEMPLATES]
        self._is_prepared = False

    def prepare(self, system: Iterable[Template]) -> None:
        """Put the system's templates there; safe from many sides at once."""
        insertions = [
            UpdateOne(
                {"template_id": each.id, "version": each.version},
                {"$setOnInsert": _to_record(each)},
                upsert=True,
            )
            for each in system
        ]
        with in_time(self._templates):
            self._templates.bulk_write(insertions, ordered=False)
        self._is_prepared = True

    def newest(self) -> list[Template]:
        """Return the newest version of each template, by id."""
        with in_time(self._templates):
            records = list(self._templates.find({"system": True}))
        records.sort(key=itemgetter(*_BY_VERSION))
        return list({r["template_id"]: template(r) for r in records}.values())

    def version(self, template_id: str, version: int) -> Template | None:
        """Return one version."""
        query = {"template_id": template_id, "version": version, "system": True}
        with in_time(self._templates):
            record = self._templates.find_one(query)
        return template(record) if record else None

    def versions(self, template_id: str, *, after: int, limit: int) -> list[Template]:
        """Return the versions behind the one called `after`, in their order."""
        query = {"template_id": template_id, "version": {"$gt": after}, "system": True}
        with in_time(self._templates):
            records = list(self._templates.find(query).sort("version", ASCENDING).limit(limit))
        return [template(record) for record in records]

    def ping(self) -> None:
        """Ask whether MongoDB answers, and has the system's templates by now.

        :raises StoreUnavailableError: it does not, or not yet
        """
        with unavailable_when_away(), timeout(_PING_S):
            self._templates.database.command("ping")
        if not self._is_prepared:
            raise StoreUnavailableError("The system's templates are not there yet")


def _to_record(each: Template) -> Record:
    told = text_record(TemplateText.of(each))
    return {"schema": schema_of(TEMPLATES), "owner": SYSTEM, "system": True, **told}
