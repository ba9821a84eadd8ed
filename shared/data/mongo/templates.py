"""Prompt templates in MongoDB: one document for each version, never changed."""

from collections.abc import Iterable
from typing import Any

from pymongo import ASCENDING, UpdateOne, timeout
from pymongo.database import Database

from shared.data.mongo.client import in_time, unavailable_when_away
from shared.data.mongo.schemas import schema_of, upgraded
from shared.domain.prompt_templates import Template
from shared.errors import StoreUnavailableError

_BY_VERSION = [("template_id", ASCENDING), ("version", ASCENDING)]
_TEMPLATES = "templates"
_PING_S = 1.0


class TemplateRepository:
    """Every Mongo query about templates; StoreUnavailableError when MongoDB is away."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._templates = database[_TEMPLATES]
        self._is_prepared = False

    def prepare(self, system: Iterable[Template]) -> None:
        """Put the system's templates there; safe from many sides at once."""
        insertions = [
            UpdateOne(
                {"template_id": template.id, "version": template.version},
                {"$setOnInsert": _to_record(template)},
                upsert=True,
            )
            for template in system
        ]
        with in_time(self._templates):
            self._templates.bulk_write(insertions, ordered=False)
        self._is_prepared = True

    def newest(self) -> list[Template]:
        """Return the newest version of each template, by id."""
        with in_time(self._templates):
            records = list(self._templates.find({}).sort(_BY_VERSION))
        return list({r["template_id"]: _from_record(r) for r in records}.values())

    def ping(self) -> None:
        """Ask whether MongoDB answers, and has been given the system's templates.

        :raises StoreUnavailableError: it does not, or not yet
        """
        if not self._is_prepared:
            raise StoreUnavailableError("The templates are not there yet")
        with unavailable_when_away(), timeout(_PING_S):
            self._templates.database.command("ping")


def _to_record(template: Template) -> dict[str, Any]:
    return {
        "schema": schema_of(_TEMPLATES),
        "system": True,
        "name": template.name,
        "description": template.description,
        "category": template.category,
        "style": template.style,
        "meaning": template.meaning,
        "instruction": template.instruction,
        "parameters": dict(template.parameters),
    }


def _from_record(stored: dict[str, Any]) -> Template:
    record = upgraded(_TEMPLATES, stored)
    return Template(
        id=record["template_id"],
        version=record["version"],
        name=record["name"],
        description=record["description"],
        category=record["category"],
        style=record["style"],
        meaning=record["meaning"],
        instruction=record["instruction"],
        parameters=record["parameters"],
    )
