"""All repositories of templates, over one database."""

from dataclasses import dataclass

from pymongo.database import Database

from shared.data.mongo.client import Record
from shared.data.mongo.own_templates import OwnTemplateRepository
from shared.data.mongo.template_estates import TemplateEstates
from shared.data.mongo.templates import TemplateRepository


@dataclass(frozen=True)
class TemplateStores:
    """Where templates are: the system's, people's own, and how those go."""

    system: TemplateRepository
    own: OwnTemplateRepository
    estates: TemplateEstates

    @classmethod
    def over(cls, database: Database[Record]) -> "TemplateStores":
        """Return the repositories; none connects before it is used."""
        return cls(
            TemplateRepository(database), OwnTemplateRepository(database), TemplateEstates(database)
        )
