"""Tells of each call to a model, in one line and one span; never what was said in it."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import structlog

from shared.errors import AppError
from shared.traces.spans import Kind, Span
from shared.traces.tracing import tracing
from workers.ai.provider import (
    ModelCall,
    Provider,
    ReplyPart,
    StopSignal,
    TextDelta,
    ThoughtDelta,
    TokenUsage,
)

_ITS_ID = "provider_request_id"  # bound by the provider, as soon as its server has said it

log = structlog.get_logger(__name__)


class WatchedProvider:
    """The provider itself, seen from outside; `address` is its server's."""

    def __init__(self, provider: Provider, address: str) -> None:
        self._provider = provider
        self._address = address

    @property
    def model(self) -> str:
        """The name that jobs show."""
        return self._provider.model

    def stream(self, call: ModelCall, stop: StopSignal) -> Iterator[ReplyPart]:
        """Yield the reply as it comes; see `Provider.stream`."""
        watch = _Watch(call.model or self.model, self._address)
        structlog.contextvars.unbind_contextvars(_ITS_ID)
        call = replace(call, trace=watch.span.traceparent or call.trace)
        try:
            for part in self._provider.stream(call, stop):
                watch.see(part)
                yield part
            watch.outcome = "complete"
        except AppError as error:
            watch.fail(error.code)
            raise
        except Exception as error:
            watch.stop(type(error).__name__)
            raise
        finally:  # whoever reads may stop, and say nothing
            watch.end()


@dataclass
class _Watch:
    """What is known of one call."""

    model: str
    address: str
    outcome: str = "stopped"
    span: Span = field(init=False)
    _began: float = field(default_factory=time.monotonic)
    _told: dict[str, str | int | float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        told = {
            "gen_ai.operation.name": "chat",
            "gen_ai.request.model": self.model,
            "server.address": self.address,
        }
        self.span = tracing.begin(f"chat {self.model}", Kind.CLIENT, told)

    def see(self, part: ReplyPart) -> None:
        """Note when it begins to speak, and what it says that it used."""
        if isinstance(part, TokenUsage):
            self._told["input_tokens"] = part.input_tokens
            self._told["output_tokens"] = part.output_tokens
        elif isinstance(part, TextDelta | ThoughtDelta) and "first_token_ms" not in self._told:
            self._told["first_token_ms"] = self._ms()
            self.span.happened("first_token")

    def fail(self, code: str) -> None:
        """Note why it failed."""
        self.outcome = "failed"
        self._told["code"] = code
        self.span.failed(code)

    def stop(self, error: str) -> None:
        """Note what kind of error broke it off that was not the provider's."""
        self._told["error"] = error

    def end(self) -> None:
        """Tell of it."""
        told, known = self._told, structlog.contextvars.get_contextvars()
        log.info(
            "model_called",
            model=self.model,
            outcome=self.outcome,
            duration_ms=self._ms(),
            **told,
        )
        used = {f"gen_ai.usage.{name}": told[name] for name in told if name.endswith("_tokens")}
        ours = {f"copydesk.{_ITS_ID}": known[_ITS_ID]} if _ITS_ID in known else {}
        self.span.note(used | ours)
        self.span.end()

    def _ms(self) -> float:
        return round((time.monotonic() - self._began) * 1000, 1)
