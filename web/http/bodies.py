"""Reads what a request says, strictly, and says all that is wrong with it at once."""

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any, TypeVar

import orjson
from flask import Response, request
from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import RequestEntityTooLarge

from shared.errors import RequestInvalidError, UnsupportedMediaTypeError

Body = TypeVar("Body", bound=BaseModel)

_INVALID = "Invalid request parameters"
_MOST_FIELDS = 50
_MOST_FIELDS_IN_ALL = 20_000  # the largest orders have two for each of 5,000 sections
_MOST_FAULTS = 1000
_DEEPEST = 4


def read_body(model: type[Body], known: Mapping[str, Any] | None = None) -> Body:
    """Return the JSON body; `known` is what its validation has to know besides.

    :raises UnsupportedMediaTypeError: it is said to be something else
    :raises RequestEntityTooLarge: it is larger than the app takes
    :raises RequestInvalidError: it is not JSON, no object, or breaks a rule of the model
    """
    if not request.is_json:
        raise UnsupportedMediaTypeError("Send JSON, with Content-Type: application/json")
    try:
        content = request.get_data()
    except OSError:
        raise broken_off() from None
    # Werkzeug cuts a body that comes without its length at the limit, and says nothing.
    if request.content_length is None and len(content) == request.max_content_length:
        raise RequestEntityTooLarge
    try:
        body = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise RequestInvalidError(
            "The body is not valid JSON", details=[{"field": "", "error": _place(error)}]
        ) from None
    if not isinstance(body, dict):
        raise RequestInvalidError(
            _INVALID, details=[{"field": "", "error": "The body must be a JSON object"}]
        )
    _check_size(body)
    return validated(model, body, known)


def broken_off() -> RequestInvalidError:
    """Return the error for a body that does not come to its end."""
    return RequestInvalidError(
        "The body broke off", details=[{"field": "", "error": "A chunk is malformed or missing"}]
    )


def has_body() -> bool:
    """Return whether the request comes with a body, for routes that can do without."""
    return bool(request.content_length) or "Transfer-Encoding" in request.headers


def read_query(model: type[Body]) -> Body:
    """Return the query string.

    :raises RequestInvalidError: it breaks a rule of the model
    """
    return validated(model, request.args.to_dict())


def json_response(
    body: object, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """Return the body as JSON."""
    return Response(orjson.dumps(body), status=status, headers=headers, mimetype="application/json")


class SecretResponse(Response):
    """An answer with a token in it: nobody keeps it, and nothing compresses it."""


def secret_response(body: object, status: int = 200) -> SecretResponse:
    """Return the body as JSON that holds a token."""
    kept = {"Cache-Control": "no-store"}
    return SecretResponse(orjson.dumps(body), status, kept, mimetype="application/json")


def _check_size(fields: object) -> None:
    """Refuse a body of thousands of fields before each of them becomes a fault to tell."""
    in_all = 0
    for each in _objects(fields):
        in_all += len(each)
        if len(each) > _MOST_FIELDS:
            raise _too_many(f"An object has over {_MOST_FIELDS} fields")
        if in_all > _MOST_FIELDS_IN_ALL:
            raise _too_many(f"The body has over {_MOST_FIELDS_IN_ALL:,} fields")


def _objects(value: object, depth: int = 0) -> Iterable[dict[str, object]]:
    if depth > _DEEPEST:
        return
    if isinstance(value, dict):
        yield value
    for below in _below(value):
        yield from _objects(below, depth + 1)


def _below(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _too_many(what: str) -> RequestInvalidError:
    return RequestInvalidError(_INVALID, details=[{"field": "", "error": what}])


def validated(
    model: type[Body], fields: dict[str, Any], known: Mapping[str, Any] | None = None
) -> Body:
    """Return the fields as the model has them.

    :raises RequestInvalidError: they break a rule of it
    """
    try:
        return model.model_validate(fields, context=known)
    except ValidationError as error:
        raise RequestInvalidError(
            _INVALID, details=list(islice(_faults(error), _MOST_FAULTS))
        ) from None


def _faults(error: ValidationError) -> Iterable[dict[str, str]]:
    for fault in error.errors(include_url=False, include_input=False, include_context=False):
        field = ".".join(str(part) for part in fault["loc"])
        what = fault["msg"].removeprefix("Value error, ")
        named, _, rest = what.partition(": ")
        # A rule over several fields names the one at fault itself.
        if rest and named.startswith("document."):
            field, what = named, rest
        yield {"field": field, "error": what}


def _place(error: orjson.JSONDecodeError) -> str:
    if "UTF-8" in error.msg:
        return "The body is not UTF-8"
    if "surrogate" in error.msg:
        return f"An unpaired surrogate at line {error.lineno}, column {error.colno}"
    return f"Not JSON at line {error.lineno}, column {error.colno}"
