"""What guards the suggestions of one request: its format, and its template's care for meaning."""

from collections.abc import Callable, Iterable

from shared.domain.guards import Guards, Judge, markup_judge, meaning_judge
from shared.domain.meanings.guard import MeaningGuard
from shared.domain.protection import breaks_markup, merged, protected_spans, surroundings
from shared.domain.suggestion_requests import SuggestionRequest
from shared.domain.text import Span


def guards_of(request: SuggestionRequest, protected: Iterable[Span] = ()) -> Guards:
    """Return the guards that the request's format and its template ask for.

    `protected` is what the text alone does not show to be so: the rest of its document does.
    """
    markup = markup_judge(_breaks(request))
    judges: list[Judge] = [markup]
    policy = request.prompt.meaning
    if policy != "off":
        judges.append(meaning_judge(MeaningGuard(request.content).changed, drops=policy == "drop"))
    of_text = protected_spans(request.content, request.format)
    return Guards(merged((*of_text, *protected)), judges, [markup])


def _breaks(request: SuggestionRequest) -> Callable[[Span, str], bool]:
    content = request.content

    def breaks(span: Span, suggested: str) -> bool:
        around = surroundings(content, span)
        return breaks_markup(span.of(content), suggested, request.format, *around)

    return breaks
