"""Prompt templates in MongoDB: one document for each version, never changed."""

from collections.abc import Iterable
from typing import Any

from pymongo import ASCENDING, IndexModel, UpdateOne, timeout
from pymongo.database import Database

from shared.data.mongo.client import unavailable_when_away
from shared.domain.prompt_templates import Template
from shared.errors import StoreUnavailableError

_BY_VERSION = [("template_id", ASCENDING), ("version", ASCENDING)]
_PING_S = 1.0
_READ_S = 1.0


class TemplateRepository:
    """Every Mongo query about templates; StoreUnavailableError when MongoDB is away."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._templates = database["templates"]
        self._is_prepared = False

    def prepare(self, system: Iterable[Template]) -> None:
        """Make the index and put the system's templates there; safe from many sides at once."""
        insertions = [
            UpdateOne(
                {"template_id": template.id, "version": template.version},
                {"$setOnInsert": _to_record(template)},
                upsert=True,
            )
            for template in system
        ]
        with unavailable_when_away():
            self._templates.create_indexes([IndexModel(_BY_VERSION, unique=True)])
            self._templates.bulk_write(insertions, ordered=False)
        self._is_prepared = True

    def newest(self) -> list[Template]:
        """Return the newest version of each template, by id."""
        with unavailable_when_away(), timeout(_READ_S):
            records = list(self._templates.find({}).sort(_BY_VERSION))
        return list({r["template_id"]: _from_record(r) for r in records}.values())

    def ping(self) -> None:
        """Ask whether MongoDB answers, and has the system's templates by now.

        :raises StoreUnavailableError: it does not, or not yet
        """
        with unavailable_when_away(), timeout(_PING_S):
            self._templates.database.command("ping")
        if not self._is_prepared:
            raise StoreUnavailableError("The system's templates are not there yet")


def _to_record(template: Template) -> dict[str, Any]:
    return {
        "schema": 1,
        "system": True,
        "name": template.name,
        "description": template.description,
        "category": template.category,
        "style": template.style,
        "meaning": template.meaning,
        "instruction": template.instruction,
        "parameters": dict(template.parameters),
    }


def _from_record(record: dict[str, Any]) -> Template:
    return Template(
        id=record["template_id"],
        version=record["version"],
        name=record["name"],
        description=record["description"],
        category=record["category"],
        style=record["style"],
        # Stored before there was such a setting.
        meaning=record.get("meaning", "flag"),
        instruction=record["instruction"],
        parameters=record["parameters"],
    )
