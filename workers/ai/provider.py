"""What Copydesk asks of a language model, whoever serves it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from shared.domain.text import Span
from shared.domain.time_limits import TimeLimits
from shared.errors import AppError
from shared.jobs.provider_calls import ServerLimits, WaitReason


@dataclass(frozen=True)
class Message:
    """One turn of the conversation with the model."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True)
class EditTask:
    """The work itself, for an engine that reads no prompt."""

    content: str
    within: Span
    template_id: str | None


@dataclass(frozen=True)
class ModelCall:
    """One request to a model; `trace` is the caller's `traceparent`, if there was one.

    Without a schema the reply is plain text; without a task, what only a model can do. `model` is
    for a call that wants another one than the provider's own.
    """

    messages: tuple[Message, ...]
    reply_schema: Mapping[str, Any] | None
    task: EditTask | None
    limits: TimeLimits
    max_output_tokens: int
    trace: str = ""
    model: str | None = None


@dataclass(frozen=True)
class TextDelta:
    """The next piece of the reply's text."""

    text: str


@dataclass(frozen=True)
class ThoughtDelta:
    """The next piece of what the model thinks before it speaks: paid for, and shown to nobody."""

    text: str


@dataclass(frozen=True)
class RefusalDelta:
    """The model declines; the words are for nobody's log."""


@dataclass(frozen=True)
class TokenUsage:
    """What the provider counted for this call."""

    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0


@dataclass(frozen=True)
class Finished:
    """The reply is over: by itself, at the token limit, or by a content filter."""

    reason: Literal["stop", "length", "content_filter"]


@dataclass(frozen=True)
class AnswerHead:
    """What the server said before the reply, or in place of one; it is no part of the reply."""

    limits: ServerLimits


@dataclass(frozen=True)
class CallTaken:
    """The server has the whole call and has not refused it: it may be paid for, whatever comes."""


class NotNowError(Exception):
    """The call was not made: there is no room for it at the provider, or for its cost."""

    def __init__(self, reason: WaitReason, wait_ms: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.wait_ms = wait_ms


@dataclass(frozen=True)
class AskedInstead:
    """From here on another model answers; no part of a reply had come when the first one failed."""

    model: str
    fault: AppError | NotNowError


ReplyPart = (
    TextDelta
    | ThoughtDelta
    | RefusalDelta
    | TokenUsage
    | Finished
    | AnswerHead
    | CallTaken
    | AskedInstead
)


@dataclass(frozen=True)
class Standing:
    """Who makes a call: by its `name` it keeps its place in the line of its `lane`.

    `left_s` is until all of its work is to be done. Work that `has_begun` has made calls that would
    have to be made again, and paid again, if it gave up its slot.
    """

    name: str
    lane: str
    left_s: float
    has_begun: bool


class StopSignal(Protocol):
    """How another thread stops a call that blocks."""

    def check(self) -> None:
        """Raise what stopped the call, if anything did."""

    def expect(self, within_s: float) -> None:
        """Say how soon the next part has to come; later, the call is stopped as timed out."""

    def attach(self, shut: Callable[[], None] | None) -> None:
        """Name what unblocks the call: it is run, in another thread, when the call must stop."""

    def forgive(self) -> bool:
        """Forget that a call was late, for another one is made; False if the work is to stop."""

    def standing(self) -> Standing:
        """Say who makes the call, and how long that can wait."""

    def note_wait(self, seconds: float) -> None:
        """Take note of time in which no call was made."""


class Provider(Protocol):
    """A language model behind some server, or rules that act as one."""

    @property
    def model(self) -> str:
        """The name that jobs show."""

    def stream(self, call: ModelCall, stop: StopSignal) -> Iterator[ReplyPart]:
        """Yield the reply as it comes.

        :raises ProviderError, ProviderTimeoutError, ContentRefusedError, ModelRequiredError:
            translated from whatever the server or its library said
        :raises NotNowError: the call was not made, and may be later
        """
