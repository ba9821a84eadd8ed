"""Which schemas a prompt template may have for its parameters.

A part of JSON Schema, small on purpose: no references (they would be fetched), no patterns (they
can run for ever), nothing nested, every number within limits.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from shared.domain.parameters import placeholders, value_faults

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
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
        yield f"it may not say {sorted(unknown)}"
    try:
        Draft202012Validator.check_schema(dict(schema))
    except SchemaError:
        yield "it is no JSON Schema"
        return
    properties, required = schema.get("properties", {}), set(schema.get("required", ()))
    if different := set(properties) ^ placeholders(instruction):
        yield f"schema and instruction do not both name {sorted(different)}"
    if undescribed := required - set(properties):
        yield f"it requires {sorted(undescribed)}, but does not describe it"
    for name, rule in properties.items():
        yield from (f"{name} {fault}" for fault in _rule_faults(name, rule, required))


def _rule_faults(name: str, rule: Any, required: set[str]) -> Iterator[str]:
    kind = rule.get("type") if isinstance(rule, dict) else None
    if not _NAME.fullmatch(name):
        yield "is no name for a parameter"
    if not isinstance(kind, str) or kind not in _OF_TYPE:
        yield f"must be one of {sorted(_OF_TYPE)}"
        return
    if unknown := set(rule) - _OF_ALL - _OF_TYPE[kind]:
        yield f"may not say {sorted(unknown)}"
        return
    if missing := _MUST.get(kind, set()) - set(rule):
        yield f"must say {sorted(missing)}"
    if "default" not in rule and name not in required:
        yield "must have a default or be required"
    if "default" in rule and any(value_faults(rule["default"], rule)):
        yield "has a default that breaks its own rule"
    if not all(isinstance(choice, str) for choice in rule.get("enum", ())):
        yield "may only list texts"
