"""Prompt templates."""

from typing import Any

from copydesk.calls.batches import match
from copydesk.calls.wire import Call, Page, Request, as_, get, given, nothing, page_of, where
from copydesk.models.templates import Performance, Template
from copydesk.terms import TemplateFilter, TemplateTerms

AnyTemplate = Template | str
_SAID = ("name", "description", "category", "style", "meaning", "instruction")


def templates(which: TemplateFilter, cursor: str | None) -> Call[Page[Template]]:
    """List templates."""
    return Call(get("/templates", {**which, "cursor": cursor}), page_of(Template, "templates"))


def template(wanted: AnyTemplate, version: int | None) -> Call[Template]:
    """Show a template."""
    tail = () if version is None else ("versions", version)
    return Call(get(_path(wanted, *tail)), as_(Template))


def create(name: str, instruction: str, more: TemplateTerms) -> Call[Template]:
    """Make a template."""
    body = {"name": name, "instruction": instruction, **given(more)}
    return Call(Request("POST", "/templates", body=body), as_(Template))


def save(changed: Template) -> Call[Template]:
    """Say it anew."""
    body: dict[str, Any] = {name: getattr(changed, name) for name in _SAID}
    body |= {"parameters": dict(changed.parameters)}
    headers = {"If-Match": match(changed.version)}
    return Call(Request("PUT", _path(changed), body=body, headers=headers), as_(Template))


def delete(unwanted: AnyTemplate) -> Call[None]:
    """Delete a template."""
    return Call(Request("DELETE", _path(unwanted)), nothing)


def fork(source: AnyTemplate, name: str | None) -> Call[Template]:
    """Copy a template; one in hand in its own version."""
    version = source.version if isinstance(source, Template) else None
    body = given({"name": name, "version": version})
    return Call(Request("POST", _path(source, "fork"), body=body), as_(Template))


def versions(wanted: AnyTemplate, cursor: str | None) -> Call[Page[Template]]:
    """List versions."""
    return Call(get(_path(wanted, "versions"), {"cursor": cursor}), page_of(Template, "versions"))


def performance(wanted: AnyTemplate, cursor: str | None) -> Call[Page[Performance]]:
    """Tell how the versions do."""
    request = get(_path(wanted, "performance"), {"cursor": cursor})
    return Call(request, page_of(Performance, "versions"))


def _path(wanted: AnyTemplate, *tail: object) -> str:
    return where("templates", wanted if isinstance(wanted, str) else wanted.id, *tail)
