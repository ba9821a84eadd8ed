"""Templates that somebody makes, for tests."""

from dataclasses import dataclass, replace

import uuid_utils

from shared.data.mongo.indexes import Indexes
from shared.data.mongo.own_templates import Change, OwnTemplateRepository
from shared.data.mongo.template_estates import TemplateEstates
from shared.data.mongo.templates import TemplateRepository
from shared.domain.prompt_templates import Template, system_templates
from shared.domain.stored_templates import StoredTemplate, TemplateText, own_template_id

TEMPLATES = system_templates()
ME, YOU = "s" + "a" * 32, "u" + "b" * 32


def some_text(**said):
    text = TemplateText.of(TEMPLATES[0])
    return replace(text, name="Calmer", description="Take the heat out", category="Tone", **said)


@dataclass(frozen=True)
class TemplateHouse:
    """The repositories over one database."""

    database: object

    def __post_init__(self):
        Indexes(self.database).make()
        TemplateRepository(self.database).prepare(TEMPLATES)

    @property
    def own(self):
        return OwnTemplateRepository(self.database)

    @property
    def estates(self):
        return TemplateEstates(self.database)

    def create(self, owner=ME, text=None):
        """Keep a new template and return its id."""
        unique = own_template_id(uuid_utils.uuid7().hex)
        template = Template(unique, 1, **vars(text or some_text()))
        self.own.create(StoredTemplate(template, False, 1000, 1000), owner=owner)
        return unique

    def change(self, template_id, instruction, owner=ME, expected=None):
        change = Change(some_text(instruction=instruction), expected)
        return self.own.change(template_id, change, owner=owner)

    def told(self, template_id, owner=ME):
        """Return what each version says, by number; None where there is no template."""
        found = self.own.versions(template_id, owner=owner, after=0, limit=2000)
        if found is None:
            return None
        return {each.template.version: each.template.instruction for each in found}

    def words(self):
        """Return every record but the system's that still says something."""
        kept = [*self.database["templates"].find(), *self.database["template_versions"].find()]
        return [r for r in kept if "instruction" in r and "system" not in r]
