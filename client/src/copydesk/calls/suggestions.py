"""Orders for suggestions."""

from copydesk.calls.orders import document_of, order, prompt_of, rest_of
from copydesk.calls.wire import Call
from copydesk.models.jobs import JobView
from copydesk.terms import SuggestTerms


def suggest(text: str | None, terms: SuggestTerms) -> Call[JobView]:
    """Ask for suggestions.

    :raises ValueError: there is nothing to work on, or nothing to do
    """
    document = document_of(text, terms)
    if document is None:
        raise ValueError("Give a text, or the `document_id` of a stored one")
    body = {"document": document, "prompt": prompt_of(terms), **rest_of(terms)}
    return order("/suggestions", body, terms)
