"""What one attempt at a request can cost at most, by what is known when it is handed in."""

from dataclasses import dataclass
from functools import partial

from shared.domain.chat import ChatTurn
from shared.domain.chat_prompts import SYSTEM
from shared.domain.chat_windows import answer_budget
from shared.domain.model_limits import ModelLimits
from shared.domain.prompts import system_message
from shared.domain.request_windows import LEAD_TOKENS, request_windows
from shared.domain.suggestion_requests import SuggestionRequest
from shared.domain.tariffs import FRAME_TOKENS, Tariff, schema_tokens
from shared.domain.tokens import count_all
from shared.domain.window_budgets import output_budget

_LEAST_SHOWN = 2048  # tokens at most of the piece of a document that is shown whatever the budget


@dataclass(frozen=True)
class WorstCosts:
    """Counts what the worker will send, and takes each reply for as long as it may be."""

    limits: ModelLimits
    window_tokens: int

    def of_request(self, request: SuggestionRequest, tariff: Tariff) -> float:
        """Return the dollars for one attempt at suggestions: a call for each window."""
        count = partial(count_all, model=tariff.model)
        (system,) = count([system_message(request.prompt)])
        room = self.limits.room(system + LEAD_TOKENS)
        seen = request_windows(request, room, tariff.model)
        shown = count([window.context.of(request.content) for window in seen])
        beside = LEAD_TOKENS + FRAME_TOKENS + schema_tokens(tariff.model)
        calls = []
        for window, tokens in zip(seen, shown, strict=True):
            wanted = output_budget(window.part.of(request.content))
            reply = self.limits.reply(wanted, system + tokens)
            calls.append((system + tokens + beside, reply))
        return tariff.worst(calls)

    def of_turn(self, turn: ChatTurn, tariff: Tariff) -> float:
        """Return the dollars for one answer in a chat.

        How long the conversation is stands elsewhere: but for the first turn it is taken to fill
        the window.
        """
        asked, document = turn.request, turn.request.document.content
        window, reply = self.limits.shared(self.window_tokens, answer_budget(asked.has_document))
        words, shown = count_all([SYSTEM + asked.message, document], tariff.model)
        least = words + min(shown, _LEAST_SHOWN)
        sent = max(least, min(window, words + shown) if turn.is_first else window)
        return tariff.price(sent + LEAD_TOKENS + FRAME_TOKENS, reply)
