"""What one call to a model can cost at most, and what it has cost."""

from dataclasses import dataclass, field

import orjson

from shared.domain.prices import cost_usd
from shared.domain.tokens import count_all
from shared.errors import AppError, ProviderRefusedCallError, ProviderTimeoutError
from shared.jobs.provider_calls import CallOutcome, ServerLimits, Settlement
from workers.ai.provider import (
    AnswerHead,
    CallTaken,
    ModelCall,
    ReplyPart,
    TextDelta,
    ThoughtDelta,
    TokenUsage,
)

_FRAME = 64  # tokens at most that a chat's own form adds to the messages of a call
_TOO_MANY = 429
_REFUSED = 400


def sent_tokens(call: ModelCall, model: str) -> int:
    """Return how many tokens the call sends, at most."""
    sent = [message.content for message in call.messages]
    if call.reply_schema is not None:
        sent.append(orjson.dumps(call.reply_schema).decode())
    return sum(count_all(sent, model)) + _FRAME


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
class CallRecord:
    """What came of one call."""

    model: str
    input_tokens: int
    is_hurried: bool  # it has less time than the model may take
    head: ServerLimits | None = None
    _is_taken: bool = False
    _told: TokenUsage | None = None
    _text: list[str] = field(default_factory=list)
    _outcome: CallOutcome = CallOutcome.UNKNOWN

    def read(self, part: ReplyPart) -> None:
        """Note what came."""
        if isinstance(part, AnswerHead):
            self.head = part.limits
        elif isinstance(part, CallTaken):
            self._is_taken = True
        elif isinstance(part, TokenUsage):
            self._told = part
        elif isinstance(part, TextDelta | ThoughtDelta):
            self._text.append(part.text)

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
        """Return how the call ended, and what it is taken to have cost.

        The server's own count is believed. Without it, of a call that was stopped or broke off,
        what was sent and what came count. One that nobody took costs nothing.
        """
        used = self._told or self._estimate()
        outcome, is_answered = self._outcome, self.head and self.head.status < _REFUSED
        if outcome is CallOutcome.UNKNOWN and is_answered:
            outcome = CallOutcome.ALIVE  # we stopped it, but it had begun to answer
        return Settlement(outcome, used.input_tokens, used.output_tokens, price(self.model, used))

    def _estimate(self) -> TokenUsage:
        if not (self._is_taken or self._text):
            return TokenUsage()
        (told,) = count_all(["".join(self._text)], self.model)
        return TokenUsage(input_tokens=self.input_tokens, output_tokens=told)
