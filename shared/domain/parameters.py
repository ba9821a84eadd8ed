"""What a prompt template leaves open: parameters, described by a small part of JSON Schema.

`shared.domain.parameter_schemas` says which part. A template's `instruction` names each parameter
in braces: `{strength}`.
"""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from referencing import Registry

_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_LONGEST_TEXT = 200
_LONGEST_NAME = 100
_KINDS = {
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
}
_LIMITS = {
    "minimum": "be at least {}",
    "maximum": "be at most {}",
    "minLength": "have at least {} characters",
    "maxLength": "have at most {} characters",
}
_NOT_IN_A_LINE = {"Cc", "Zl", "Zp"}  # controls, and what ends a line or a paragraph


@dataclass(frozen=True)
class ParameterFault:
    """What is wrong with the value of one parameter; never the value itself."""

    name: str
    error: str


class ParametersError(ValueError):
    """Some values do not fit the schema; `faults` names all of them."""

    def __init__(self, faults: tuple[ParameterFault, ...]) -> None:
        super().__init__("The parameters do not fit the template")
        self.faults = faults


def fill_instruction(
    instruction: str, schema: Mapping[str, Any], given: Mapping[str, object]
) -> str:
    """Return the instruction with the values in their places, defaults where none is given.

    Each value is data: a word of the template's own list stands as it is, any other text in quotes,
    escaped as in JSON, so on one line. Braces within a value mean nothing.

    :raises ParametersError: some values are unknown, missing or wrong
    """
    properties = schema.get("properties", {})
    if faults := tuple(_faults(schema, properties, given)):
        raise ParametersError(faults)
    told = {
        name: _told(given.get(name, rule.get("default")), rule) for name, rule in properties.items()
    }
    return _PLACEHOLDER.sub(lambda found: told.get(found[1], found[0]), instruction)


def placeholders(instruction: str) -> set[str]:
    """Return the names in braces."""
    return set(_PLACEHOLDER.findall(instruction))


def places(instruction: str) -> int:
    """Return how often the instruction names a parameter."""
    return len(_PLACEHOLDER.findall(instruction))


def value_faults(value: object, rule: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with a value by the rule for it; the value is not repeated."""
    limits = {"maxLength": _LONGEST_TEXT} if rule["type"] == "string" else {}
    # With a registry of its own, and so an empty one: nothing is ever fetched.
    validator = Draft202012Validator({**limits, **rule}, registry=Registry())
    for fault in validator.iter_errors(value):
        yield _said(fault)
    if isinstance(value, str) and rule.get("format") != "multiline" and not _is_line(value):
        yield "Must be one line"


def _faults(
    schema: Mapping[str, Any], properties: Mapping[str, Any], given: Mapping[str, object]
) -> Iterator[ParameterFault]:
    for name, value in given.items():
        if name not in properties:
            yield ParameterFault(name[:_LONGEST_NAME], "The template takes no such parameter")
            continue
        for error in value_faults(value, properties[name]):
            yield ParameterFault(name, error)
    for name in schema.get("required", ()):
        if name not in given:
            yield ParameterFault(name, "Is required")


def _said(fault: ValidationError) -> str:
    limit = fault.validator_value
    if fault.validator == "type":
        return f"Must be {_KINDS[limit]}"
    if fault.validator == "enum":
        return f"Must be one of: {', '.join(limit)}"
    return f"Must {_LIMITS[str(fault.validator)].format(limit)}"


def _told(value: Any, rule: Mapping[str, Any]) -> str:
    if "enum" in rule:
        return str(value)
    if rule["type"] == "integer":
        return str(int(value))  # JSON Schema takes 2.0 for a whole number
    return json.dumps(value, ensure_ascii=False)


def _is_line(text: str) -> bool:
    return not any(unicodedata.category(character) in _NOT_IN_A_LINE for character in text)
