"""Lets a command take its arguments as one dataclass: typer reads them off the signature."""

import inspect
from collections.abc import Callable
from dataclasses import MISSING, Field, fields
from functools import wraps
from typing import Any, TypeVar, get_type_hints

T = TypeVar("T")
R = TypeVar("R")


def taking(options: type[T]) -> Callable[[Callable[[T], R]], Callable[..., R]]:
    """Return a decorator that spreads the fields of a dataclass out as parameters."""
    hints = get_type_hints(options, include_extras=True)
    parameters = [_parameter(field, hints[field.name]) for field in fields(options)]  # type: ignore[arg-type]

    def spread(command: Callable[[T], R]) -> Callable[..., R]:
        @wraps(command)
        def called(**given: Any) -> R:
            return command(options(**given))

        called.__annotations__ = dict(hints)
        called.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        return called

    return spread


def _parameter(field: "Field[Any]", hint: Any) -> inspect.Parameter:
    default: Any = field.default
    if field.default_factory is not MISSING:
        default = field.default_factory()
    elif default is MISSING:
        default = inspect.Parameter.empty
    return inspect.Parameter(
        field.name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=hint
    )
