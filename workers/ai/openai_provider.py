"""Talks to OpenAI, or to any server that speaks its protocol. No other module imports `openai`."""

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import httpx2
import openai
from openai.types.chat import ChatCompletionChunk, ChatCompletionMessageParam
from openai.types.shared_params import ResponseFormatJSONSchema
from openai.types.shared_params.response_format_json_schema import JSONSchema

from shared.errors import (
    AppError,
    ProviderError,
    ProviderRefusedCallError,
    ProviderTimeoutError,
)
from workers.ai.provider import (
    Finished,
    Message,
    ModelCall,
    RefusalDelta,
    ReplyPart,
    StopSignal,
    TextDelta,
    TokenUsage,
)
from workers.ai.server_words import retry_after_ms, says_too_long, token_count

_FINISHES = {"length": Finished("length"), "content_filter": Finished("content_filter")}
_AT_ITS_LEISURE_S = float("inf")  # while we are at a part ourselves, the model is not late
_TOO_LONG = (
    "The text is too long for this model: send less of it, "
    "or set MODEL_CONTEXT_TOKENS to what the model can hold"
)
_REFUSED = (
    "The model's server refused the call (HTTP {}): "
    "check OPENAI_API_KEY, OPENAI_BASE_URL and OPENAI_MODEL"
)
_AWAY = "The model's server could not be reached, or hung up"
_UNREADABLE = "The model's server gave an answer that cannot be read"
_NEVER_LATER = (
    openai.AuthenticationError,
    openai.PermissionDeniedError,
    openai.NotFoundError,
    openai.BadRequestError,
    openai.UnprocessableEntityError,
)
# What the SDK lets through when a server says something that is no reply at all.
_NONSENSE = (ValueError, TypeError, AttributeError, KeyError, IndexError)


class OpenAIProvider:
    """One connection for each thread, so that another thread can shut just this call's socket."""

    def __init__(self, *, model: str, api_key: str | None, base_url: str | None) -> None:
        self.model = model
        # A local server wants no key, but the SDK wants one to be there.
        self._client = openai.OpenAI(api_key=api_key or "none", base_url=base_url, max_retries=0)
        self._tls = httpx2.create_ssl_context()
        self._lines = threading.local()

    def stream(self, call: ModelCall, stop: StopSignal) -> Iterator[ReplyPart]:
        """Yield the reply as it comes; see `Provider.stream`."""
        try:
            yield from self._parts(call, stop)
        except AppError:
            raise
        except (openai.OpenAIError, httpx2.HTTPError, *_NONSENSE) as error:
            stop.check()
            raise _translated(error) from error
        finally:
            stop.attach(None)

    def _parts(self, call: ModelCall, stop: StopSignal) -> Iterator[ReplyPart]:
        line = self._line()
        stop.expect(call.limits.connect_s + call.limits.first_token_s)
        stop.attach(line.shut)
        stop.check()
        finished = None
        with self._open(line, call) as chunks:
            for chunk in chunks:
                stop.check()
                stop.expect(_AT_ITS_LEISURE_S)
                for part in _parts_of(chunk):
                    finished = part if isinstance(part, Finished) else finished
                    yield part
                stop.expect(call.limits.between_tokens_s)
        stop.check()
        if finished is None:
            raise ProviderError("The model's answer broke off")

    def _open(self, line: "_Line", call: ModelCall) -> openai.Stream[ChatCompletionChunk]:
        limits = call.limits
        slowest = max(limits.first_token_s, limits.between_tokens_s)
        return line.client.chat.completions.create(
            model=call.model or self.model,
            messages=[_message(message) for message in call.messages],
            stream=True,
            stream_options={"include_usage": True},
            response_format=_format(call),
            max_completion_tokens=call.max_output_tokens,
            extra_headers={"traceparent": call.trace} if call.trace else None,
            timeout=httpx2.Timeout(slowest, connect=limits.connect_s),
        )

    def _line(self) -> "_Line":
        if not hasattr(self._lines, "line"):
            self._lines.line = _Line(self._client, self._tls)
        line: _Line = self._lines.line
        return line


class _Line:
    """A client with one connection, whose socket it knows in every phase of a call."""

    def __init__(self, client: openai.OpenAI, tls: Any) -> None:
        self._stream: Any = None
        http = httpx2.Client(
            verify=tls,
            limits=httpx2.Limits(max_connections=1, max_keepalive_connections=1),
            event_hooks={"request": [self._watch]},
            follow_redirects=False,
        )
        self.client = client.with_options(http_client=http)

    def shut(self) -> None:
        """Unblock whoever reads from or writes to this connection. Safe from any thread."""
        connected = self._stream and self._stream.get_extra_info("socket")
        if connected:
            with suppress(OSError):
                connected.shutdown(socket.SHUT_RDWR)

    def _watch(self, request: httpx2.Request) -> None:
        request.extensions["trace"] = self._trace

    def _trace(self, event: str, info: dict[str, Any]) -> None:
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            self._stream = info["return_value"]


def _format(call: ModelCall) -> ResponseFormatJSONSchema | openai.Omit:
    if call.reply_schema is None:
        return openai.omit
    reply: JSONSchema = {"name": "reply", "strict": True, "schema": dict(call.reply_schema)}
    return {"type": "json_schema", "json_schema": reply}


def _message(message: Message) -> ChatCompletionMessageParam:
    match message.role:
        case "system":
            return {"role": "system", "content": message.content}
        case "assistant":
            return {"role": "assistant", "content": message.content}
    return {"role": "user", "content": message.content}


def _parts_of(chunk: ChatCompletionChunk) -> Iterator[ReplyPart]:
    for choice in chunk.choices or ():
        if choice.delta.content:
            yield TextDelta(_text(choice.delta.content))
        if choice.delta.refusal:
            yield RefusalDelta()
        if choice.finish_reason:
            yield _FINISHES.get(choice.finish_reason, Finished("stop"))
    if chunk.usage:
        used, details = chunk.usage, chunk.usage.prompt_tokens_details
        cached = token_count(details.cached_tokens) if details else 0
        yield TokenUsage(
            token_count(used.prompt_tokens), cached, token_count(used.completion_tokens)
        )


def _text(content: object) -> str:
    """The SDK believes its server; some send lists or numbers."""
    if not isinstance(content, str):
        raise ProviderError(_UNREADABLE)
    return content


def _translated(error: Exception) -> AppError:
    """Say what failed without the server's words, which may repeat the writer's."""
    if isinstance(error, openai.APITimeoutError | httpx2.TimeoutException):
        return ProviderTimeoutError("The model did not answer in time")
    if isinstance(error, openai.RateLimitError):
        return ProviderError(
            "The model's server says: too many requests",
            retry_after_ms=retry_after_ms(error.response.headers),
        )
    if isinstance(error, openai.APIError) and says_too_long(error.body):
        return ProviderRefusedCallError(_TOO_LONG)
    if isinstance(error, _NEVER_LATER):
        return ProviderRefusedCallError(_REFUSED.format(error.status_code))
    if isinstance(error, openai.APIStatusError):
        return ProviderError(f"The model's server failed (HTTP {error.status_code})")
    is_away = isinstance(error, openai.APIConnectionError | httpx2.TransportError)
    return ProviderError(_AWAY if is_away else _UNREADABLE)
