"""Reads JSON into frozen dataclasses, forgiving towards servers that are older or newer.

Unknown fields are left out; those that are missing, or null where that says nothing, have their
defaults.
"""

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


def read(kind: type[T], told: object) -> T:
    """Return what was told as this kind of value.

    :raises TypeError: it is no JSON object
    """
    if not isinstance(told, Mapping):
        raise TypeError(f"A {kind.__name__} is no {type(told).__name__}")
    names = _names(kind)  # type: ignore[arg-type]  # a class can be hashed
    given = {
        field: _value(hint, told[name])
        for field, (name, hint) in names.items()
        if name in told and not (told[name] is None and not _takes_none(hint))
    }
    return kind(**given)


@cache
def _names(kind: Any) -> dict[str, tuple[str, Any]]:
    """Return the name in JSON and the type of each field."""
    hints = get_type_hints(kind)
    return {f.name: (f.metadata.get("told_as", f.name), hints[f.name]) for f in fields(kind)}


def _value(hint: Any, told: Any) -> Any:
    if told is None:
        return None
    hint = _without_none(hint)
    if is_dataclass(hint) and isinstance(hint, type):
        return read(hint, told)
    if get_origin(hint) is tuple:
        return tuple(_value(get_args(hint)[0], each) for each in told)
    if get_origin(hint) is Mapping or get_origin(hint) is dict:
        inner = get_args(hint)[1]
        return {name: _value(inner, each) for name, each in told.items()}
    return told


def _takes_none(hint: Any) -> bool:
    return hint is Any or type(None) in get_args(hint)


def _without_none(hint: Any) -> Any:
    if get_origin(hint) not in (Union, types.UnionType):
        return hint
    rest = [each for each in get_args(hint) if each is not type(None)]
    return rest[0] if len(rest) == 1 else hint
