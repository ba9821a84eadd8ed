"""What guards the suggestions of one request: its format, and its template's care for meaning."""

from collections.abc import Callable, Iterable

from shared.domain.guards import Guards, Judge, markup_judge, meaning_judge
from shared.domain.meanings.guard import MeaningGuard
from shared.domain.protection import breaks_markup, merged, protected_spans, surroundings
from shared.domain.suggestion_requests import SuggestionRequest
from shared.domain.text import Span


def guards_of(request: SuggestionRequest, protected: Iterable[Span] | None = None) -> Guards:
    """Return the guards that the request's format and its template ask for.

    `protected` is all that may not change, where the text is a part of a document that shows it;
    read by itself a part may seem to be something else.
    """
    markup = markup_judge(_breaks(request))
    judges: list[Judge] = [markup]
    policy = request.prompt.meaning
    if policy != "off":
        judges.append(meaning_judge(MeaningGuard(request.content).changed, drops=policy == "drop"))
    if protected is None:
        protected = protected_spans(request.content, request.format)
    return Guards(merged(protected), judges, [markup])


def _breaks(request: SuggestionRequest) -> Callable[[Span, str], bool]:
    content = request.content

    def breaks(span: Span, suggested: str) -> bool:
        around = surroundings(content, span)
        return breaks_markup(span.of(content), suggested, request.format, *around)

    return breaks
