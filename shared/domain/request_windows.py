"""Chooses the windows through which a model sees what a request is about."""

from functools import partial

from shared.domain.suggestion_requests import SuggestionRequest
from shared.domain.tokens import count_all, count_tokens
from shared.domain.window_budgets import MOST_WINDOWS, SUGGESTION_WINDOWS, WindowBudget
from shared.domain.windows import Window, windows

LEAD_TOKENS = 200  # at most, of the lines around a text


def request_windows(request: SuggestionRequest, room: int | None, model: str) -> tuple[Window, ...]:
    """Return the windows to be asked about: few, unless the model has no room for larger ones.

    How many there are shows only when the text is cut: most of them end before they are full.
    """
    wanted = _budget(request, model)
    while True:
        budget = wanted.narrowed(room)
        found = _worded(request, budget, model)
        if len(found) <= MOST_WINDOWS or budget != wanted:
            return found
        wanted = wanted.widened_again(len(found))


def _budget(request: SuggestionRequest, model: str) -> WindowBudget:
    if request.size <= SUGGESTION_WINDOWS.part:  # a text in one window needs no second count
        return SUGGESTION_WINDOWS
    return SUGGESTION_WINDOWS.widened(count_tokens(request.within.of(request.content), model))


def _worded(request: SuggestionRequest, budget: WindowBudget, model: str) -> tuple[Window, ...]:
    count = partial(count_all, model=model)
    found = windows(request.content, request.within, budget, count)
    worded = tuple(w for w in found if not w.part.of(request.content).isspace())
    return worded or found[:1]
