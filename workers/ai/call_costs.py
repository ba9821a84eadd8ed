"""What one call to a model can cost at most, and what it has cost."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import orjson

from shared.domain.prices import cost_usd
from shared.domain.tariffs import FRAME_TOKENS
from shared.domain.tokens import count_all, count_tokens
from shared.errors import AppError, ProviderRefusedCallError, ProviderTimeoutError
from shared.jobs.provider_calls import CallOutcome, ServerLimits, Settlement
from workers.ai.characters import WholeCharacters
from workers.ai.provider import (
    AnswerHead,
    CallTaken,
    Finished,
    ModelCall,
    ReplyPart,
    TextDelta,
    ThoughtDelta,
    TokenUsage,
)

_TOO_MANY = 429
_REFUSED = 400


def sent_tokens(call: ModelCall, model: str) -> int:
    """Return how many tokens the call sends, at most."""
    sent = [message.content for message in call.messages]
    if call.reply_schema is not None:
        sent.append(orjson.dumps(call.reply_schema).decode())
    return sum(count_all(sent, model)) + FRAME_TOKENS


def price(model: str, used: TokenUsage) -> float:
    """Return what so many tokens cost; nothing where no price is known."""
    cost = cost_usd(
        model,
        input_tokens=used.input_tokens,
        cached_tokens=used.cached_tokens,
        output_tokens=used.output_tokens,
    )
    return cost or 0.0


@dataclass
class CallUsage:
    """Counts what a call uses, of whatever comes of it; `sent` tells how many tokens went out.

    The server's own count of a whole reply is believed. Without it, of a call that was stopped or
    broke off, what was sent and what came count: whoever took it may charge for it. Some servers
    count all the while, and may be behind with it then. A call that nobody took, or that was
    refused, counts 0.
    """

    model: str
    sent: Callable[[], int]
    _is_taken: bool = False
    _is_over: bool = False
    _told: TokenUsage | None = None
    _text: list[str] = field(default_factory=list)

    def read(self, part: ReplyPart) -> None:
        """Note what came."""
        if isinstance(part, CallTaken):
            self._is_taken = True
        elif isinstance(part, Finished):
            self._is_over = True
        elif isinstance(part, TokenUsage):
            self._told = part
        elif isinstance(part, TextDelta | ThoughtDelta):
            self._text.append(part.text)

    def tokens(self) -> TokenUsage:
        """Return how many tokens went each way."""
        told = self._told
        if told and (self._is_over or not told.input_tokens):
            return told
        if not (told or self._is_taken or self._text):
            return TokenUsage()
        came = count_tokens(WholeCharacters().take("".join(self._text)), self.model)
        if told:
            return replace(told, output_tokens=max(told.output_tokens, came))
        return TokenUsage(input_tokens=self.sent(), output_tokens=came)


@dataclass
class CallRecord:
    """What came of one call."""

    usage: CallUsage
    is_hurried: bool  # it has less time than the model may take
    head: ServerLimits | None = None
    _outcome: CallOutcome = CallOutcome.UNKNOWN

    def read(self, part: ReplyPart) -> None:
        """Note what came."""
        if isinstance(part, AnswerHead):
            self.head = part.limits
        self.usage.read(part)

    def succeed(self) -> None:
        """Note that the reply came to its end."""
        self._outcome = CallOutcome.OK

    def fail(self, error: AppError) -> None:
        """Note what went wrong."""
        status = self.head.status if self.head else 0
        if isinstance(error, ProviderRefusedCallError) or status == _TOO_MANY:
            self._outcome = CallOutcome.ALIVE
        elif not (isinstance(error, ProviderTimeoutError) and self.is_hurried):
            self._outcome = CallOutcome.FAILED

    def settlement(self) -> Settlement:
        """Return how the call ended, and what it is taken to have cost."""
        used = self.usage.tokens()
        outcome, is_answered = self._outcome, self.head and self.head.status < _REFUSED
        if outcome is CallOutcome.UNKNOWN and is_answered:
            outcome = CallOutcome.ALIVE  # we stopped it, but it had begun to answer
        cost = price(self.usage.model, used)
        return Settlement(outcome, used.input_tokens, used.output_tokens, cost)
