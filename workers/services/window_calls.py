"""Plans the calls that a request takes: one for each window of its text."""

from dataclasses import dataclass, replace
from functools import partial

from shared.domain.model_limits import ModelLimits
from shared.domain.prompts import ASK_AGAIN, REPLY_SCHEMA
from shared.domain.request_windows import request_windows
from shared.domain.section_prompts import SectionBrief
from shared.domain.suggestion_requests import SuggestionRequest
from shared.domain.text import Span
from shared.domain.time_limits import time_limits
from shared.domain.tokens import count_all
from shared.domain.window_budgets import output_budget
from shared.domain.windows import Window, tokens_saved
from workers.ai.provider import EditTask, Message, ModelCall
from workers.services.window_prompts import WindowPrompts

_SAID_AT_MOST = 8000  # characters of a reply that could not be read


@dataclass(frozen=True)
class WindowCall:
    """One call, and the only part of the text in which its edits may be placed.

    `room` is how many tokens the model can hold beside what it is sent; None where there is enough.
    """

    part: Span
    call: ModelCall
    room: int | None = None


@dataclass(frozen=True)
class CallPlan:
    """All calls of a job, in the order of the text, and what they save by not sending all of it."""

    calls: tuple[WindowCall, ...]
    tokens_saved: int


def plan_calls(
    request: SuggestionRequest,
    limits: ModelLimits,
    *,
    model: str,
    trace: str,
    brief: SectionBrief | None = None,
) -> CallPlan:
    """Return the calls that the request takes; none is made for white space alone.

    With a brief the text is a section of a document, of which the model is told that much.
    """
    prompts = WindowPrompts(request, brief).fitted(limits, model)
    seen = request_windows(request, prompts.room(limits, model), model)
    calls = tuple(_window_call(prompts, window, limits, trace) for window in seen)
    if limits.context_tokens is not None:
        calls = tuple(_fitted(asked, limits, model) for asked in calls)
    saved = tokens_saved(request.content, seen, partial(count_all, model=model))
    return CallPlan(calls, saved)


def asked_again(asked: WindowCall, said: str) -> WindowCall:
    """Return the call that shows the model what it said, and asks for it in the form to be read."""
    said, tokens = said[:_SAID_AT_MOST], asked.call.max_output_tokens
    if asked.room is not None:  # a half for each; a character is a token at most, near enough
        said = said[: asked.room // 2]
        tokens = min(tokens, asked.room - asked.room // 2)
    again = (Message("assistant", said), Message("user", ASK_AGAIN))
    messages = (*asked.call.messages, *again)
    return replace(asked, call=replace(asked.call, messages=messages, max_output_tokens=tokens))


def _window_call(
    prompts: WindowPrompts, window: Window, limits: ModelLimits, trace: str
) -> WindowCall:
    request, prompt = prompts.request, prompts.write(window)
    call = ModelCall(
        messages=(Message("system", prompt.system), Message("user", prompt.user)),
        reply_schema=REPLY_SCHEMA,
        task=EditTask(request.content, window.part, request.prompt.template_id),
        limits=time_limits(len(prompt.user), scale=limits.time_scale),
        max_output_tokens=output_budget(window.part.of(request.content)),
        trace=trace,
    )
    return WindowCall(window.part, call)


def _fitted(asked: WindowCall, limits: ModelLimits, model: str) -> WindowCall:
    """Return the call with no longer a reply than the model has room for."""
    sent = sum(count_all([message.content for message in asked.call.messages], model))
    tokens = limits.reply(asked.call.max_output_tokens, sent)
    call = replace(asked.call, max_output_tokens=tokens)
    return WindowCall(asked.part, call, room=limits.room(sent))
