"""All repositories of templates, over one database."""

from dataclasses import dataclass

from shared.data.mongo.own_templates import OwnTemplateRepository
from shared.data.mongo.template_estates import TemplateEstates
from shared.data.mongo.templates import TemplateRepository


@dataclass(frozen=True)
class TemplateStores:
    """Where templates are: the system's, people's own, and how those go."""

    system: TemplateRepository
    own: OwnTemplateRepository
    estates: TemplateEstates
