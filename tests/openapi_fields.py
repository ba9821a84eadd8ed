"""What may be sent to each route, field by field, as its own description says."""

import copy
import itertools
from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]
Path = tuple[str | int, ...]
_EITHER = ("anyOf", "oneOf", "allOf")


def body_schema(document: Schema, method: str, path: str) -> Schema:
    """Return the schema of a route's body."""
    operation = document["paths"][path][method.lower()]
    schema: Schema = operation["requestBody"]["content"]["application/json"]["schema"]
    return schema


def fields_of(document: Schema, schema: Schema, above: Path = ()) -> Iterator[tuple[Path, Schema]]:
    """Yield each field that a body may have with its schema, also those within others.

    A field that may be one of several things comes once for each of them.
    """
    for each in _plain(document, schema):
        for name, below in each.get("properties", {}).items():
            yield from _with_those_below(document, below, (*above, name))
        if "items" in each:
            yield from _with_those_below(document, each["items"], (*above, 0))


def objects_of(document: Schema, schema: Schema) -> dict[Path, set[str]]:
    """Return the objects that a body is made of, each with the fields that it may have."""
    found: dict[Path, set[str]] = {}
    for path, each in [((), schema), *fields_of(document, schema)]:
        for one in _plain(document, each):
            if "properties" in one:
                found.setdefault(path, set()).update(one["properties"])
    return found


def with_value(body: Schema, path: Path, value: Any) -> Schema:
    """Return the body with this value at this place; what is missing on the way is made."""
    changed = copy.deepcopy(body)
    here: Any = changed
    for step, following in itertools.pairwise(path):
        here = _stepped(here, step, [] if isinstance(following, int) else {})
    if isinstance(path[-1], int):
        here[:] = [value]
    else:
        here[path[-1]] = value
    return changed


def _stepped(here: Any, step: str | int, missing: Any) -> Any:
    if isinstance(step, int):
        here[:] = here or [missing]
        return here[step]
    if not isinstance(here.get(step), type(missing)):
        here[step] = missing
    return here[step]


def _with_those_below(
    document: Schema, schema: Schema, path: Path
) -> Iterator[tuple[Path, Schema]]:
    yield path, schema
    yield from fields_of(document, schema, path)


def _plain(document: Schema, schema: Schema) -> Iterator[Schema]:
    """Yield what a schema may stand for, without references."""
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    yield schema
    for kind in _EITHER:
        for each in schema.get(kind, []):
            yield from _plain(document, each)
