"""The templates that come with Copydesk, read from the data beside this module."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from importlib.resources import files
from typing import Any, Literal, get_args

from shared.domain.parameter_schemas import schema_faults
from shared.domain.prompts import MeaningPolicy

Style = Literal["default", "professional", "academic"]


class TemplateDataError(ValueError):
    """The template data that was shipped breaks a rule."""


@dataclass(frozen=True)
class Template:
    """What a writer can ask for by name.

    `style` chooses the system instruction; `parameters` is the schema of what stands in braces in
    the instruction; `meaning` says what becomes of a suggestion that changes a number or the like.
    """

    id: str
    version: int
    name: str
    description: str
    category: str
    style: Style
    meaning: MeaningPolicy
    instruction: str
    parameters: Mapping[str, Any]


def system_templates() -> tuple[Template, ...]:
    """Return all system templates, in the order of their ids.

    :raises TemplateDataError: a file breaks a rule, or two share an id
    """
    folder = files("shared.domain.templates")
    texts = [f.read_text("utf-8") for f in folder.iterdir() if f.name.endswith(".toml")]
    return read_templates(texts)


def read_templates(texts: list[str]) -> tuple[Template, ...]:
    """Return the templates that these TOML texts describe, in the order of their ids.

    :raises TemplateDataError: a text breaks a rule, or two share an id
    """
    templates = sorted((_from_toml(text) for text in texts), key=lambda t: t.id)
    ids = [template.id for template in templates]
    if not ids or len(set(ids)) != len(ids):
        raise TemplateDataError(f"Template ids must be unique, and there must be some: {ids}")
    return tuple(templates)


def _from_toml(text: str) -> Template:
    record = tomllib.loads(text)
    expected = {field.name for field in fields(Template)}
    if set(record) != expected:
        raise TemplateDataError(f"Wrong or missing fields: {sorted(set(record) ^ expected)}")
    _check_values(record)
    return Template(**record | {"instruction": record["instruction"].strip()})


def _check_values(record: Mapping[str, Any]) -> None:
    blank = [key for key, value in record.items() if isinstance(value, str) and not value.strip()]
    if blank:
        raise TemplateDataError(f"Empty in {record['id'] or 'a template'}: {blank}")
    if record["style"] not in get_args(Style):
        raise TemplateDataError(f"Unknown style in {record['id']}: {record['style']}")
    if record["meaning"] not in get_args(MeaningPolicy):
        raise TemplateDataError(f"Unknown policy in {record['id']}: {record['meaning']}")
    if type(record["version"]) is not int or record["version"] < 1:
        raise TemplateDataError(f"The version of {record['id']} must be a whole number from 1")
    if faults := list(schema_faults(record["parameters"], record["instruction"])):
        raise TemplateDataError(f"The parameters of {record['id']}: {'; '.join(faults)}")
