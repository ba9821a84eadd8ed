"""Which schemas a prompt template may have for its parameters.

A part of JSON Schema, small on purpose: no references (they would be fetched), no patterns (they
can run for ever), nothing nested, every number within limits. A schema may come from anybody.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from shared.domain.parameters import placeholders, places, value_faults

MOST_PARAMETERS = 20
_MOST_PLACES = 50
_MOST_CHOICES = 50
_LONGEST_STRING = 500
_LONGEST_VALUE = 2000
_LARGEST_NUMBER = 2**53  # what JSON numbers hold exactly

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_WORD = re.compile(r"[A-Za-z$][A-Za-z0-9_$]{0,39}")
_OF_OBJECT = {"type", "additionalProperties", "properties", "required"}
_OF_ALL = {"type", "title", "description", "default"}
_OF_NUMBERS = {"minimum", "maximum"}
_OF_TYPE = {
    "string": {"enum", "minLength", "maxLength", "format"},
    "integer": _OF_NUMBERS,
    "number": _OF_NUMBERS,
    "boolean": set[str](),
}
_MUST = {"integer": _OF_NUMBERS, "number": _OF_NUMBERS}


def schema_faults(schema: Mapping[str, Any], instruction: str) -> Iterator[str]:
    """Yield what is wrong with the schema of the parameters that the instruction names."""
    if schema.get("type") != "object" or schema.get("additionalProperties") is not False:
        yield "it must describe an object without additional properties"
    if unknown := set(schema) - _OF_OBJECT:
        yield f"it may not say {_told(unknown)}"
    properties = schema.get("properties", {})
    if not isinstance(properties, dict) or len(properties) > MOST_PARAMETERS:
        yield f"it must describe {MOST_PARAMETERS} parameters at most"
        return
    if not _is_list_of_texts(schema.get("required", []), MOST_PARAMETERS):
        yield "what is required must be a list of names"
        return
    # Before a library looks into it, and follows it wherever it leads.
    if faults := [f for name, rule in properties.items() for f in _shape_faults(name, rule)]:
        yield from faults
        return
    yield from _relation_faults(schema, instruction)


def _relation_faults(schema: Mapping[str, Any], instruction: str) -> Iterator[str]:
    known = {name: schema[name] for name in _OF_OBJECT if name in schema}
    try:
        Draft202012Validator.check_schema(known)
    except SchemaError:
        yield "it is no JSON Schema"
        return
    properties, required = schema.get("properties", {}), set(schema.get("required", ()))
    if different := set(properties) ^ placeholders(instruction):
        yield f"schema and instruction do not both name {_told(different)}"
    if places(instruction) > _MOST_PLACES:
        yield f"the instruction names parameters more than {_MOST_PLACES} times"
    if undescribed := required - set(properties):
        yield f"it requires {_told(undescribed)}, but does not describe it"
    for name, rule in properties.items():
        yield from (f"{name} {fault}" for fault in _rule_faults(name, rule, required))


def _shape_faults(name: str, rule: object) -> Iterator[str]:
    """Yield what no rule may be, whatever it says."""
    if not _NAME.fullmatch(name):
        yield "one has a name that is none: use a-z, 0-9 and _, at most 40"
        return
    kind = rule.get("type") if isinstance(rule, dict) else None
    if not isinstance(rule, dict) or not isinstance(kind, str) or kind not in _OF_TYPE:
        yield f"{name} must be one of {sorted(_OF_TYPE)}"
        return
    if unknown := set(rule) - _OF_ALL - _OF_TYPE[kind]:
        yield f"{name} may not say {_told(unknown)}"
    if not _is_list_of_texts(rule.get("enum", []), _MOST_CHOICES):
        yield f"{name} may only list texts, {_MOST_CHOICES} at most"
    others = (value for key, value in rule.items() if key != "enum")
    if not all(map(_is_small, others)):
        yield f"{name} says something that is too large, or nested"


def _rule_faults(name: str, rule: Mapping[str, Any], required: set[str]) -> Iterator[str]:
    if missing := _MUST.get(rule["type"], set()) - set(rule):
        yield f"must say {sorted(missing)}"
    if rule.get("format", "multiline") != "multiline":
        yield "may have no format but multiline"
    if max(rule.get("minLength", 0), rule.get("maxLength", 0)) > _LONGEST_VALUE:
        yield f"may not be longer than {_LONGEST_VALUE:,} characters"
    if "default" not in rule and name not in required:
        yield "must have a default or be required"
    if "default" in rule and any(value_faults(rule["default"], rule)):
        yield "has a default that breaks its own rule"


def _is_list_of_texts(value: object, most: int) -> bool:
    if not isinstance(value, list) or len(value) > most:
        return False
    return all(isinstance(text, str) and _is_small(text) for text in value)


def _is_small(value: object) -> bool:
    if isinstance(value, str):
        return len(value) <= _LONGEST_STRING and "\x00" not in value
    if isinstance(value, int | float):
        return abs(value) <= _LARGEST_NUMBER
    return False


def _told(names: Collection[str]) -> str:
    """Return the names as a fault may repeat them; what looks like none is not repeated."""
    shown = sorted(name for name in names if _WORD.fullmatch(name))[:MOST_PARAMETERS]
    return ", ".join(shown) or "what it does"
