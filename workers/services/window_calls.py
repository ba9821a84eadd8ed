"""Plans the calls that a request takes: one for each window of its text."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

from shared.domain.prompts import ASK_AGAIN, REPLY_SCHEMA, choose_nonce, write_prompt
from shared.domain.suggestion_requests import SuggestionRequest
from shared.domain.text import Span
from shared.domain.time_limits import time_limits
from shared.domain.tokens import count_all, count_tokens
from shared.domain.window_budgets import SUGGESTION_WINDOWS, output_budget
from shared.domain.windows import Window, tokens_saved, windows
from workers.ai.provider import EditTask, Message, ModelCall

_NONCE_BYTES = 9
_SAID_AT_MOST = 8000  # characters of a reply that could not be read


@dataclass(frozen=True)
class WindowCall:
    """One call, and the only part of the text in which its edits may be placed."""

    part: Span
    call: ModelCall


@dataclass(frozen=True)
class CallPlan:
    """All calls of a job, in the order of the text, and what they save by not sending all of it."""

    calls: tuple[WindowCall, ...]
    tokens_saved: int


def plan_calls(request: SuggestionRequest, *, model: str, trace: str) -> CallPlan:
    """Return the calls that the request takes; none is made for white space alone."""
    seen = _windows(request, model)
    return CallPlan(
        calls=tuple(_window_calls(request, seen, trace)),
        tokens_saved=tokens_saved(request.content, seen, partial(count_all, model=model)),
    )


def asked_again(asked: WindowCall, said: str) -> WindowCall:
    """Return the call that shows the model what it said, and asks for it in the form to be read."""
    again = (Message("assistant", said[:_SAID_AT_MOST]), Message("user", ASK_AGAIN))
    return replace(asked, call=replace(asked.call, messages=(*asked.call.messages, *again)))


def _windows(request: SuggestionRequest, model: str) -> tuple[Window, ...]:
    budget = SUGGESTION_WINDOWS
    if request.size > budget.part:  # a text in one window needs no second count
        budget = budget.widened(count_tokens(request.within.of(request.content), model))
    count = partial(count_all, model=model)
    found = windows(request.content, request.within, budget, count)
    worded = tuple(w for w in found if not w.part.of(request.content).isspace())
    return worded or found[:1]


def _window_calls(
    request: SuggestionRequest, seen: tuple[Window, ...], trace: str
) -> Iterator[WindowCall]:
    for window in seen:
        nonce = choose_nonce(partial(secrets.token_hex, _NONCE_BYTES), request.content)
        prompt = write_prompt(request.prompt, request.content, window, nonce, request.format)
        call = ModelCall(
            messages=(Message("system", prompt.system), Message("user", prompt.user)),
            reply_schema=REPLY_SCHEMA,
            task=EditTask(request.content, window.part, request.prompt.template_id),
            limits=time_limits(len(prompt.user)),
            max_output_tokens=output_budget(window.part.of(request.content)),
            trace=trace,
        )
        yield WindowCall(window.part, call)
