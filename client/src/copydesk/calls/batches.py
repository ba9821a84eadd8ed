"""Whole documents, section by section."""

from collections.abc import Iterable, Mapping
from typing import Any, TypedDict

from copydesk.calls.orders import document_of, order, prompt_of, rest_of
from copydesk.calls.wire import Call, Page, Request, as_, get, given, page_of, where
from copydesk.models.documents import Applied
from copydesk.models.jobs import JobView, Section
from copydesk.models.suggestions import Suggestion
from copydesk.terms import ImproveTerms


class ApplyTerms(TypedDict, total=False):
    """What to put into the document, by ids or as they came; all where nothing is said."""

    suggestions: Iterable[Suggestion | str] | None
    sections: Iterable[Section | str] | None
    revision: int | str | None


def improve(text: str | None, terms: ImproveTerms) -> Call[JobView]:
    """Have a whole document improved.

    :raises ValueError: there is nothing to work on, or nothing to do
    """
    return order("/batches", _body(text, terms), terms)


def batch(batch_id: str, wait_s: int = 0) -> Call[JobView]:
    """Show a batch."""
    request = get(where("batches", batch_id), {"wait": wait_s or None}, wait_s=wait_s)
    return Call(request, as_(JobView))


def sections(batch_id: str, status: str | None, cursor: str | None) -> Call[Page[Section]]:
    """List the sections of a batch."""
    path = where("batches", batch_id, "sections")
    return Call(get(path, {"status": status, "cursor": cursor}), page_of(Section, "sections"))


def apply(view: JobView, which: ApplyTerms) -> Call[Applied]:
    """Put suggestions into the stored document."""
    seen = which.get("revision") or view.revision
    body = {"suggestions": _ids(which.get("suggestions")), "sections": _ids(which.get("sections"))}
    request = Request(
        "POST",
        where("batches", view.id, "apply"),
        body=given(body),
        headers={"If-Match": match(seen)} if seen else {},
    )
    return Call(request, as_(Applied))


def match(revision: int | str) -> str:
    """Return the tag of a revision, or `*` for whichever stands."""
    return "*" if revision == "*" else f'"{revision}"'


def _body(text: str | None, terms: Mapping[str, Any]) -> dict[str, Any]:
    sections, document = terms.get("sections"), document_of(text, terms)
    if (sections is None) == (document is None or set(document) == {"format"}):
        raise ValueError("Give either a text, a `document_id` or `sections`")
    told: dict[str, Any] = {"prompt": prompt_of(terms), **rest_of(terms)}
    if sections is None:
        return told | {"document": document}
    cut = [{"custom_id": each.custom_id, "content": each.content} for each in sections]
    return told | given({"sections": cut, "format": terms.get("format")})


def _ids(chosen: Iterable[Suggestion | Section | str] | None) -> list[str] | None:
    if chosen is None:
        return None
    return [each if isinstance(each, str) else each.id for each in chosen]
