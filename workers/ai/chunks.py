"""Reads a chunk of a streamed chat completion, and believes no more of it than it has to."""

from collections.abc import Iterator
from typing import Any

from shared.errors import ProviderError
from workers.ai.provider import (
    Finished,
    RefusalDelta,
    ReplyPart,
    TextDelta,
    ThoughtDelta,
    TokenUsage,
)
from workers.ai.server_words import token_count

UNREADABLE = "The model's server gave an answer that cannot be read"
_FINISHES = {"length": Finished("length"), "content_filter": Finished("content_filter")}


def parts_of(chunk: Any) -> Iterator[ReplyPart]:
    """Yield what a chunk, as the SDK reads it, brings of the reply."""
    for choice in chunk.choices or ():
        if choice.delta:  # Azure has none where it tells of a filter that runs beside the reply
            yield from _said(choice.delta)
        if choice.finish_reason:
            yield _FINISHES.get(choice.finish_reason, Finished("stop"))
    used = chunk.usage
    if used and (sent := token_count(used.prompt_tokens)):  # every call sends some
        details = used.prompt_tokens_details
        cached = token_count(details.cached_tokens) if details else 0
        # Cached tokens are some of those sent: else a call could cost less than nothing.
        yield TokenUsage(sent, min(cached, sent), token_count(used.completion_tokens))


def _said(delta: Any) -> Iterator[ReplyPart]:
    if thought := _thought(delta):
        yield ThoughtDelta(thought)
    if delta.content:
        yield TextDelta(_text(delta.content))
    if delta.refusal:
        yield RefusalDelta()


def _thought(delta: Any) -> str:
    """Return what DeepSeek, vLLM, SGLang and llama.cpp say apart, each under one of two names."""
    beside = delta.model_extra or {}
    thought = beside.get("reasoning_content") or beside.get("reasoning")
    return thought if isinstance(thought, str) else ""


def _text(content: object) -> str:
    """The SDK believes its server; some send lists or numbers."""
    if not isinstance(content, str):
        raise ProviderError(UNREADABLE)
    return content
