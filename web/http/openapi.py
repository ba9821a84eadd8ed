"""The API's description, made from the models that validate.

SpecTree only describes: it would read malformed JSON as an empty body, and a stream to its end.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from flask import Flask
from pydantic import BaseModel
from spectree import Response, SecurityScheme, SpecTree
from spectree.models import SecureType, SecuritySchemeData
from werkzeug.routing import Rule

from web.schemas.batch_applies import BatchApplyBody
from web.schemas.common import ErrorBody, FileBody, FormBody
from web.schemas.document_versions import RestoreBody
from web.schemas.templates import ForkBody

View = TypeVar("View", bound=Callable[..., Any])
PREFIX = "/api/v1"
_BEARER = "bearer"
_PARAMETER = re.compile(r"<(?:[^:>]+:)?([^>]+)>")
_OPTIONAL = {model.__name__ for model in (BatchApplyBody, ForkBody, RestoreBody)}


def _name(model: type[BaseModel]) -> str:
    return model.__name__


def _nested_name(_parent: str, child: str) -> str:
    return child


def _bearer_scheme() -> SecurityScheme:
    return SecurityScheme(
        name=_BEARER,
        data=SecuritySchemeData(
            type=SecureType.HTTP,
            scheme="bearer",
            description="The access token of a login",
        ),
    )


def _new_spec(version: str) -> SpecTree:
    return SpecTree(
        "flask",
        title="Copydesk",
        version=version,
        description="Hand in a text, get tracked edits that are never in the wrong place.",
        naming_strategy=_name,
        nested_naming_strategy=_nested_name,
        validation_error_status=400,
        validation_error_model=ErrorBody,
        annotations=False,
        security_schemes=[_bearer_scheme()],
    )


def _is_form(body: type[BaseModel] | None) -> bool:
    return body is not None and issubclass(body, FormBody)


def _json(model: type[BaseModel] | None) -> type[BaseModel] | None:
    return None if model is None or issubclass(model, FileBody) else model


def describe(
    *,
    answers: Mapping[int, type[BaseModel] | None],
    body: type[BaseModel] | None = None,
    query: type[BaseModel] | None = None,
    faults: tuple[int, ...] = (),
    tag: str,
) -> Callable[[View], View]:
    """Say what a view takes and gives; the view itself stays as it is."""

    def decorate(view: View) -> View:
        view.description = {  # type: ignore[attr-defined]
            "body": body,
            "query": query,
            "tags": (tag,),
            "security": {_BEARER: []} if getattr(view, "users_only", False) else None,
            "answers": dict(answers) | dict.fromkeys((*faults, 400, 401, 429, 503), ErrorBody),
        }
        return view

    return decorate


def takes(headers: type[BaseModel]) -> Callable[[View], View]:
    """Say which headers change what a view does."""

    def decorate(view: View) -> View:
        view.headers_taken = headers  # type: ignore[attr-defined]
        return view

    return decorate


def describe_api(app: Flask, version: str, prefix: str = PREFIX) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of all described views under this prefix."""
    spec = _new_spec(version)
    page = Flask("description")
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        told = getattr(view, "description", None)
        if told is None or not rule.rule.startswith(f"{prefix}/"):
            continue
        answers = {f"HTTP_{code}": _json(model) for code, model in told["answers"].items()}
        documented = spec.validate(
            **{"form" if _is_form(told["body"]) else "json": told["body"]},
            query=told["query"],
            headers=getattr(view, "headers_taken", None),
            tags=told["tags"],
            security=told["security"],
            resp=Response(**answers),
        )(view)
        page.add_url_rule(rule.rule, rule.endpoint, documented, methods=_methods(rule))
    spec.register(page)
    with page.app_context():
        described: dict[str, Any] = spec.spec
    for rule in page.url_map.iter_rules():
        _describe_files(described, rule, app.view_functions.get(rule.endpoint))
    _mark_optional_bodies(described)
    return described


def _describe_files(described: dict[str, Any], rule: Rule, view: object) -> None:
    """SpecTree knows answers in JSON alone."""
    answers: Mapping[int, Any] = getattr(view, "description", {}).get("answers", {})
    for code, model in answers.items():
        if model is None or not issubclass(model, FileBody):
            continue
        path = _PARAMETER.sub(r"{\1}", rule.rule)
        told = described["paths"][path][next(iter(_methods(rule))).lower()]
        file = {"schema": {"type": "string", "contentMediaType": "application/octet-stream"}}
        told["responses"][str(code)]["content"] = dict.fromkeys(model.media_types, file)


def _methods(rule: Rule) -> set[str]:
    return (rule.methods or set()) - {"HEAD", "OPTIONS"}


def _mark_optional_bodies(described: dict[str, Any]) -> None:
    """SpecTree says of each body that it has to be sent."""
    operations = (each for path in described["paths"].values() for each in path.values())
    for body in (each["requestBody"] for each in operations if "requestBody" in each):
        schemas = (each.get("schema", {}) for each in body["content"].values())
        names = {schema.get("$ref", "").rpartition("/")[2] for schema in schemas}
        body["required"] = names.isdisjoint(_OPTIONAL)
