"""Orders the work on sections: what is known of each already, and what the rest may cost."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from shared.data.redis.section_answers import SectionAnswers
from shared.domain.model_limits import ModelLimits
from shared.domain.section_requests import SectionRequest, SectionTerms
from shared.domain.tariffs import Tariff
from shared.domain.time_limits import time_limits
from shared.jobs.batches import KnownSection, SectionOrder, SectionResult, SectionSpot
from workers.services.batch_layouts import PlannedSection
from workers.services.section_costs import SectionCosts
from workers.services.section_results import result_from

Known = Mapping[SectionSpot, KnownSection]

_NOTHING = KnownSection(SectionResult(), is_cached=False)


@dataclass(frozen=True)
class SectionOrders:
    """Makes the orders of one batch; `hears` is called now and then, and raises what stops it."""

    model: str
    engine: str
    limits: ModelLimits
    answers: SectionAnswers
    fallback: str | None = None

    def of(
        self,
        terms: SectionTerms,
        sections: Sequence[PlannedSection],
        earlier: Known,
        hears: Callable[[], None],
    ) -> list[SectionOrder]:
        """Return an order for each section; `earlier` is what a batch tried again has of them."""
        marks = {one.spot: self._answer_mark(terms, one.request) for one in sections}
        known = {one.spot: earlier[one.spot] for one in sections if one.spot in earlier}
        known |= {one.spot: _NOTHING for one in sections if not one.is_editable}
        rest = [one for one in sections if one.spot not in known]
        if not terms.is_fresh:
            known |= self._kept(terms, rest, marks, hears)
            rest = [one for one in rest if one.spot not in known]
        new = {one.spot: self._order(terms, one, marks[one.spot]) for one in rest}
        return [
            new.get(one.spot) or SectionOrder(one.spot, known=known[one.spot]) for one in sections
        ]

    def priced(self, terms: SectionTerms, orders: Sequence[SectionOrder]) -> list[SectionOrder]:
        """Return the orders with the most that one attempt at each can cost.

        It takes as long as all the rest: for batches that may not cost more than so much.
        """
        asked = [order for order in orders if order.known is None]
        sections = [SectionRequest.from_json(order.input) for order in asked]
        tariff = Tariff(self.model, self.fallback)
        costs = SectionCosts(tariff, self.limits).of(terms, sections)
        worst = {order.spot: cost for order, cost in zip(asked, costs, strict=True)}
        return [replace(order, worst_usd=worst.get(order.spot)) for order in orders]

    def _kept(
        self,
        terms: SectionTerms,
        sections: Sequence[PlannedSection],
        marks: Mapping[SectionSpot, str],
        hears: Callable[[], None],
    ) -> dict[SectionSpot, KnownSection]:
        """Return what the cache has, placed as this batch counts."""
        answers = self.answers.find_many((marks[one.spot] for one in sections), owner=terms.owner)
        known = {}
        for one in sections:
            answer = answers.get(marks[one.spot])
            if answer:
                hears()
                result = result_from(answer, terms, one.request)
                known[one.spot] = KnownSection(result, answer.cost_usd or 0.0)
        return known

    def _order(self, terms: SectionTerms, section: PlannedSection, mark: str) -> SectionOrder:
        limits = time_limits(len(section.request.content), scale=self.limits.time_scale)
        return SectionOrder(
            section.spot,
            section.request.to_json(),
            mark=None if terms.is_fresh else terms.work_mark(section.request, mark),
            budget_ms=int(limits.total_s * 1000),
        )

    def _answer_mark(self, terms: SectionTerms, section: SectionRequest) -> str:
        return terms.answer_mark(section, engine=self.engine, owner=terms.owner)
