"""What the calls about sections can cost at most: reserved before, so that no limit is passed."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.domain.model_limits import ModelLimits
from shared.domain.section_prompts import shared_lead
from shared.domain.section_requests import SectionRequest, SectionTerms
from shared.domain.tariffs import FRAME_TOKENS, Tariff, schema_tokens
from shared.domain.tokens import count_all
from workers.ai.provider import ModelCall
from workers.services.window_calls import plan_calls


@dataclass(frozen=True)
class SectionCosts:
    """Prices the very calls that a section takes, each with the longest reply that it allows.

    What is sent is counted here as the provider counts it.
    """

    tariff: Tariff
    limits: ModelLimits

    def of(self, terms: SectionTerms, sections: Sequence[SectionRequest]) -> list[float | None]:
        """Return what one attempt at each section can cost; None where no price is known."""
        if not self.tariff.is_known:
            return [None] * len(sections)
        lead = shared_lead(terms.document, terms.format)
        planned = [self._calls(terms, section) for section in sections]
        own = [_own_part(call, lead) for calls in planned for call in calls]
        counted = iter(count_all(own, self.tariff.model))
        common = self._common(planned, lead)
        return [
            self.tariff.worst([(common + next(counted), call.max_output_tokens) for call in calls])
            for calls in planned
        ]

    def _calls(self, terms: SectionTerms, section: SectionRequest) -> list[ModelCall]:
        plan = plan_calls(
            terms.suggestions_for(section),
            self.limits,
            model=self.tariff.model,
            trace="",
            brief=terms.brief_for(section),
        )
        return [asked.call for asked in plan.calls]

    def _common(self, planned: Sequence[Sequence[ModelCall]], lead: str) -> int:
        """Return how many tokens each call has that are the same in all, and so counted once."""
        if not planned:
            return 0
        system = planned[0][0].messages[0].content
        said = sum(count_all([system, lead], self.tariff.model))
        return said + schema_tokens(self.tariff.model) + FRAME_TOKENS


def _own_part(call: ModelCall, lead: str) -> str:
    """Return what a call sends beside the lead, which a small model may have got shortened."""
    return call.messages[1].content.removeprefix(lead)
