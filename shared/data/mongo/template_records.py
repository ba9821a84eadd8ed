"""Templates as MongoDB keeps them."""

from shared.data.mongo.client import Record
from shared.data.mongo.schemas import schema_of, upgraded
from shared.data.mongo.times import milliseconds, moment
from shared.domain.prompt_templates import Template
from shared.domain.search_terms import folded
from shared.domain.stored_templates import StoredTemplate, TemplateReference, TemplateText

TEMPLATES = "templates"
SYSTEM = "system"  # in place of an owner
BLANK = {
    **dict.fromkeys(TemplateText.__dataclass_fields__, ""),
    **dict.fromkeys(("terms", "category_key", "place", "forked_from"), ""),
}  # what a tombstone does without


def text_record(text: TemplateText) -> Record:
    """Return what a version says, and what it is found by."""
    return {
        "name": text.name,
        "description": text.description,
        "category": text.category,
        "category_key": folded(text.category),
        "terms": list(text.terms),
        "style": text.style,
        "meaning": text.meaning,
        "instruction": text.instruction,
        "parameters": dict(text.parameters),
    }


def own_record(made: StoredTemplate, *, owner: str) -> Record:
    """Return the record of a template that somebody made."""
    source = made.forked_from
    return {
        "_id": made.template.id,
        "schema": schema_of(TEMPLATES),
        "owner": owner,
        "template_id": made.template.id,
        "version": made.template.version,
        **text_record(TemplateText.of(made.template)),
        "forked_from": {"id": source.id, "version": source.version} if source else None,
        "created_at": moment(made.created_ms or 0),
        "changed_at": moment(made.changed_ms or 0),
    }


def stored_template(record: Record) -> StoredTemplate:
    """Return a template that somebody made."""
    source = record["forked_from"]
    return StoredTemplate(
        template(record),
        is_system=False,
        created_ms=milliseconds(record["created_at"]),
        changed_ms=milliseconds(record["changed_at"]),
        forked_from=TemplateReference(source["id"], source["version"]) if source else None,
    )


def template(stored: Record) -> Template:
    """Return the version that is kept here."""
    record = upgraded(TEMPLATES, stored)
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
