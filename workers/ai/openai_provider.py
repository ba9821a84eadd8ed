"""Talks to OpenAI, or to any server that speaks its protocol. No other module imports `openai`."""

import threading
from collections.abc import Iterator
from typing import Any

import httpx2
import openai
import structlog
from openai.types.chat import ChatCompletionChunk

from shared.errors import AppError, ProviderError, ProviderTimeoutError
from workers.ai.chunks import UNREADABLE, parts_of
from workers.ai.connections import Connection
from workers.ai.dialects import Dialect, Dialects
from workers.ai.provider import (
    AnswerHead,
    CallTaken,
    Finished,
    ModelCall,
    ReplyPart,
    StopSignal,
)
from workers.ai.rate_headers import server_limits
from workers.ai.reply_bounds import ReplyBounds
from workers.ai.server_errors import error_of, too_long
from workers.ai.server_words import complaint, request_id, says_too_long

_AT_ITS_LEISURE_S = float("inf")  # while we are at a part ourselves, the model is not late
_AWAY = "The model's server could not be reached, or hung up"
# What the SDK lets through when a server says something that is no reply at all.
_NONSENSE = (ValueError, TypeError, AttributeError, KeyError, IndexError, RecursionError)
# Some templates of models fail with 500 where they know no system role.
_MAY_NAME_AN_OPTION = (None, 400, 404, 422, 500, 501)

log = structlog.get_logger(__name__)


class OpenAIProvider:
    """One connection for each thread, so that another thread can shut just this call's socket."""

    def __init__(self, *, model: str, api_key: str | None, base_url: str | None) -> None:
        self.model = model
        # A local server wants no key, but the SDK wants one to be there.
        self._client = openai.OpenAI(api_key=api_key or "none", base_url=base_url, max_retries=0)
        self._tls = httpx2.create_ssl_context()
        self._lines = threading.local()
        self._dialects = Dialects()

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
        """Yield the reply; what the server refuses of the call is said in another way."""
        line, dialect = self._line(), self._dialects.of(call.model or self.model)
        is_begun = is_over = False
        stop.attach(line.shut)
        while not is_over:
            stop.expect(call.limits.connect_s + call.limits.first_token_s)
            stop.check()
            try:
                for part in self._reply(line, call, dialect, stop):
                    is_begun = is_begun or not isinstance(part, AnswerHead | CallTaken)
                    yield part
                is_over = True
            except openai.APIError as error:
                if line.has_sent and not isinstance(error, openai.APIStatusError):
                    yield CallTaken()
                stop.check()
                if isinstance(error, openai.APIStatusError):
                    _note_id(error.response)
                    yield _head(error.response)
                if is_begun:
                    raise
                dialect = self._other_than(dialect, call, error)

    def _other_than(self, dialect: Dialect, call: ModelCall, error: openai.APIError) -> Dialect:
        """Return how to say the same call after this error; raise it where no other way helps."""
        model, other = call.model or self.model, dialect.after(_complaint(error), call)
        if other is None:
            raise error
        self._dialects.learn(model, other)
        log.info("model_server_refused_an_option", model=model, forms=other.forms)
        return other

    def _reply(
        self, line: "_Line", call: ModelCall, dialect: Dialect, stop: StopSignal
    ) -> Iterator[ReplyPart]:
        finished, bounds = None, line.bounded(call.max_output_tokens)
        with self._open(line, call, dialect) as chunks:
            _note_id(chunks.response)
            yield _head(chunks.response)
            yield CallTaken()
            for chunk in chunks:
                stop.check()
                stop.expect(_AT_ITS_LEISURE_S)
                bounds.next_event()
                for part in parts_of(chunk):
                    bounds.take(part)
                    finished = part if isinstance(part, Finished) else finished
                    yield part
                stop.expect(call.limits.between_tokens_s)
        stop.check()
        if finished is None:
            raise ProviderError("The model's answer broke off")

    def _open(
        self, line: "_Line", call: ModelCall, dialect: Dialect
    ) -> openai.Stream[ChatCompletionChunk]:
        limits = call.limits
        slowest = max(limits.first_token_s, limits.between_tokens_s)
        chunks: openai.Stream[ChatCompletionChunk] = line.client.chat.completions.create(
            model=call.model or self.model,
            stream=True,
            extra_headers={"traceparent": call.trace} if call.trace else None,
            timeout=httpx2.Timeout(slowest, connect=limits.connect_s),
            **dialect.arguments(call),
        )
        return chunks

    def _line(self) -> "_Line":
        if not hasattr(self._lines, "line"):
            self._lines.line = _Line(self._client, self._tls)
        line: _Line = self._lines.line
        return line


class _Line:
    """The SDK's client over a connection of its own."""

    def __init__(self, client: openai.OpenAI, tls: Any) -> None:
        connection = Connection(tls)
        self.client = client.with_options(http_client=connection.http)
        self.shut = connection.shut
        self._connection = connection

    def bounded(self, most_tokens: int) -> ReplyBounds:
        """Return the bounds of the next answer, through which it will be read."""
        self._connection.bounds = ReplyBounds(most_tokens)
        return self._connection.bounds

    @property
    def has_sent(self) -> bool:
        """Whether the server has all of the last call."""
        return self._connection.has_sent


def _note_id(response: httpx2.Response) -> None:
    """Have all lines of this call name what its server calls it."""
    if found := request_id(response.headers):
        structlog.contextvars.bind_contextvars(provider_request_id=found)


def _head(response: httpx2.Response) -> AnswerHead:
    return AnswerHead(server_limits(response.status_code, response.headers))


def _complaint(error: openai.APIError) -> str:
    """Return what the server says of the call itself; an error in a stream has no status."""
    status = getattr(error, "status_code", None)
    return complaint(error.body) if status in _MAY_NAME_AN_OPTION else ""


def _translated(error: Exception) -> AppError:
    """Say what failed without the server's words, which may repeat the writer's."""
    if isinstance(error, openai.APITimeoutError | httpx2.TimeoutException):
        return ProviderTimeoutError("The model did not answer in time")
    if isinstance(error, openai.APIStatusError):
        return error_of(error.status_code, error.body, error.response.headers)
    if isinstance(error, openai.APIError) and says_too_long(error.body):
        return too_long()
    is_away = isinstance(error, openai.APIConnectionError | httpx2.TransportError)
    return ProviderError(_AWAY if is_away else UNREADABLE)
