"""Orders for suggestions, and where suggestions stand in a newer text."""

from collections.abc import Iterable
from typing import TypedDict

from copydesk.calls.orders import document_of, order, prompt_of, rest_of
from copydesk.calls.wire import Call, Page, Request, given, page_of
from copydesk.models.jobs import JobView
from copydesk.models.suggestions import Rebased, Suggestion
from copydesk.terms import Encoding, SuggestTerms


class RebaseTerms(TypedDict, total=False):
    """Which suggestions: those of a job, or these, which are about the text `old`."""

    job_id: str | None
    suggestions: Iterable[Suggestion] | None
    old: str | None
    offset_encoding: Encoding


def suggest(text: str | None, terms: SuggestTerms) -> Call[JobView]:
    """Ask for suggestions.

    :raises ValueError: there is nothing to work on, or nothing to do
    """
    document = document_of(text, terms)
    if document is None:
        raise ValueError("Give a text, or the `document_id` of a stored one")
    body = {"document": document, "prompt": prompt_of(terms), **rest_of(terms)}
    return order("/suggestions", body, terms)


def rebase(new: str, terms: RebaseTerms) -> Call[Page[Rebased]]:
    """Find suggestions in a newer text; it changes nothing."""
    quotes = terms.get("suggestions")
    told = None if quotes is None else [_quote(each) for each in quotes]
    body = given({**terms, "new": new, "suggestions": told})
    request = Request("POST", "/suggestions/rebase", body=body, repeatable=True)
    return Call(request, page_of(Rebased, "suggestions"))


def _quote(one: Suggestion) -> dict[str, str | int]:
    return {"id": one.id, "original": one.original, "start": one.start, "end": one.end}
