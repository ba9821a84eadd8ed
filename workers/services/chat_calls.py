"""Decides what a model is sent for one turn of a chat."""

import secrets
from dataclasses import dataclass
from functools import partial
from typing import Any

from shared.domain.chat import ChatRequest
from shared.domain.chat_prompts import SYSTEM, ChatPrompt, write_chat_prompt
from shared.domain.chat_windows import (
    TOKENS_BESIDE_MESSAGE,
    ChatContext,
    History,
    answer_budget,
    choose_context,
)
from shared.domain.model_limits import ModelLimits
from shared.domain.prompts import choose_nonce
from shared.domain.text import OffsetMap
from shared.domain.tokens import count_all
from workers.ai.provider import Message, ModelCall

_NONCE_BYTES = 9
_LEAD_TOKENS = 200  # what is said about a document beside it


@dataclass(frozen=True)
class ChatCall:
    """The call, the line behind which its edits stand, and what it leaves out."""

    call: ModelCall
    model: str
    marker: str | None
    context: ChatContext
    context_tokens: int

    def left_out(self, request: ChatRequest) -> dict[str, Any]:
        """Return what the result's metadata say of the window, in the caller's unit."""
        document = None
        if request.has_document:
            offsets = OffsetMap(request.document.content, request.document.offset_encoding)
            seen = self.context.seen
            document = {
                "start": offsets.encode(seen.start),
                "end": offsets.encode(seen.end),
                "cut": self.context.is_cut,
            }
        return {
            "omitted_messages": self.context.omitted_messages,
            "context_tokens": self.context_tokens,
            "document": document,
        }


def plan_chat_call(
    request: ChatRequest, history: History, window_tokens: int, limits: ModelLimits, *, trace: str
) -> ChatCall:
    """Return the call: of history and document as much as a window of so many tokens holds."""
    window_tokens, answer_tokens = limits.shared(window_tokens, answer_budget(request.has_document))
    count = partial(count_all, model=request.model)
    fixed = sum(count([SYSTEM, request.message])) + 2 * TOKENS_BESIDE_MESSAGE
    if request.has_document:
        fixed += _LEAD_TOKENS
    document = request.document.content, request.document.within
    context = choose_context(history, document, window_tokens - fixed, count)
    known = request.message + request.document.content
    nonce = choose_nonce(partial(secrets.token_hex, _NONCE_BYTES), known)
    prompt = write_chat_prompt(request, context, nonce)
    messages = _messages(prompt)
    tokens = sum(count([message.content for message in messages]))
    call = ModelCall(
        messages=messages,
        reply_schema=None,
        task=None,
        limits=request.time_limits(scale=limits.time_scale),
        max_output_tokens=answer_tokens,
        trace=trace,
        model=request.model,
    )
    return ChatCall(
        call, request.model, prompt.marker, context, tokens + len(messages) * TOKENS_BESIDE_MESSAGE
    )


def _messages(prompt: ChatPrompt) -> tuple[Message, ...]:
    turns = (Message(role.value, content) for role, content in prompt.turns)
    return (Message("system", prompt.system), *turns)
