"""What the calls about sections can cost at most: reserved before, so that no limit is passed."""

from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from shared.domain.model_limits import ModelLimits
from shared.domain.prices import cost_usd
from shared.domain.prompts import ASK_AGAIN, REPLY_SCHEMA
from shared.domain.section_prompts import shared_lead
from shared.domain.section_requests import SectionRequest, SectionTerms
from shared.domain.tokens import count_all
from workers.ai.provider import ModelCall
from workers.services.window_calls import plan_calls

_FRAME = 64  # tokens at most that a chat's own form adds to the messages of a call


@dataclass(frozen=True)
class WorstCosts:
    """Prices the very calls that a section takes, each with the longest reply that it allows.

    A reply that nobody can read is asked for again, once for a section, and is sent along then:
    that call is counted for the dearest window, with as long a reply to show as it allowed. What is
    sent is counted here as the provider counts it, and nothing is taken for cached.
    """

    model: str
    limits: ModelLimits

    def of(self, terms: SectionTerms, sections: Sequence[SectionRequest]) -> list[float | None]:
        """Return what one attempt at each section can cost; None where no price is known."""
        if cost_usd(self.model, input_tokens=0, cached_tokens=0, output_tokens=0) is None:
            return [None] * len(sections)
        lead = shared_lead(terms.document, terms.format)
        planned = [self._calls(terms, section) for section in sections]
        own = [_own_part(call, lead) for calls in planned for call in calls]
        counted = iter(count_all(own, self.model))
        common = self._common(planned, lead)
        return [
            self._worst([(common + next(counted), call.max_output_tokens) for call in calls])
            for calls in planned
        ]

    def _calls(self, terms: SectionTerms, section: SectionRequest) -> list[ModelCall]:
        plan = plan_calls(
            terms.suggestions_for(section),
            self.limits,
            model=self.model,
            trace="",
            brief=terms.brief_for(section),
        )
        return [asked.call for asked in plan.calls]

    def _common(self, planned: Sequence[Sequence[ModelCall]], lead: str) -> int:
        """Return how many tokens each call has that are the same in all, and so counted once."""
        if not planned:
            return 0
        system = planned[0][0].messages[0].content
        schema = orjson.dumps(REPLY_SCHEMA).decode()
        return sum(count_all([system, lead, schema], self.model)) + _FRAME

    def _worst(self, calls: Sequence[tuple[int, int]]) -> float:
        (said_again,) = count_all([ASK_AGAIN], self.model)
        again = max(self._price(sent + reply + said_again + _FRAME, reply) for sent, reply in calls)
        return sum(self._price(sent, reply) for sent, reply in calls) + again

    def _price(self, sent: int, reply: int) -> float:
        price = cost_usd(self.model, input_tokens=sent, cached_tokens=0, output_tokens=reply)
        return price or 0.0


def _own_part(call: ModelCall, lead: str) -> str:
    """Return what a call sends beside the lead, which a small model may have got shortened."""
    return call.messages[1].content.removeprefix(lead)
