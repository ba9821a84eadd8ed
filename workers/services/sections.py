"""Improves one section of a batch, whose parts `workers.services.batches` deals out."""

from dataclasses import dataclass

from shared.data.redis.batches import BatchStore
from shared.data.redis.section_answers import SectionAnswer, SectionAnswers
from shared.domain.model_limits import ModelLimits
from shared.domain.proposals import Spread
from shared.domain.section_requests import SectionRequest, SectionTerms
from shared.jobs.batches import SectionResult
from shared.jobs.leases import Ending
from shared.jobs.records import Event
from shared.jobs.states import Outcome, Status
from shared.metrics.recorder import recorder
from workers.ai.provider import Provider
from workers.services.asking import Asking, Reply
from workers.services.claims import Claim
from workers.services.patience import keep_trying
from workers.services.section_results import SectionSheet, as_kept, result_from
from workers.services.window_calls import plan_calls


@dataclass(frozen=True)
class SectionWriter:
    """Asks about sections; what comes of one is told when it is over, in its batch's log."""

    provider: Provider
    engine: str
    answers: SectionAnswers
    limits: ModelLimits
    batches: BatchStore

    def write(self, claim: Claim) -> None:
        """Ask the model, or take what it said of the same section; keep that, and end the section.

        :raises AppError: what the section ends with; the claim records it
        """
        common = keep_trying(claim.interrupt, lambda: self.batches.common(claim.lease.work_id))
        if common is None:  # the batch ended, and nobody waits any more
            claim.stop()
            return
        terms = SectionTerms.from_json(common)
        section = SectionRequest.from_json(claim.lease.input)
        result, outcome = self._result(claim, terms, section)
        claim.finish(
            Ending(
                Status.SUCCEEDED,
                outcome,
                result=result.to_json(),
                usage=claim.usage,
                last_events=result.events(),
            )
        )
        recorder.suggestions_dropped(result.dropped)

    def _result(
        self, claim: Claim, terms: SectionTerms, section: SectionRequest
    ) -> tuple[SectionResult, Outcome]:
        owner = claim.lease.owner or terms.owner
        mark = terms.answer_mark(section, engine=self.engine, owner=owner)
        known = None if terms.is_fresh else self.answers.find(mark, owner=owner)
        if known:  # another batch had it asked meanwhile
            return result_from(known, terms, section), Outcome.CACHED
        result, reply = self._ask(claim, terms, section)
        if terms.keep_answers and reply.outcome is Outcome.COMPLETE:
            answer = SectionAnswer(
                tuple(reply.proposals),
                self.provider.model,
                claim.usage.cost_usd,
                terms.max_suggestions,
                section.protection,
                as_kept(result, terms, section),
            )
            self.answers.keep(mark, answer, owner=owner)
        return result, reply.outcome

    def _ask(
        self, claim: Claim, terms: SectionTerms, section: SectionRequest
    ) -> tuple[SectionResult, Reply]:
        request, lease = terms.suggestions_for(section), claim.lease
        plan = plan_calls(
            request,
            self.limits,
            model=self.provider.model,
            trace=lease.trace,
            brief=terms.brief_for(section),
        )
        sheet = SectionSheet(terms, section)

        def tell(*_: Event) -> None:
            claim.interrupt.check()

        reply = Asking(self.provider, claim, Spread(sheet, request), tell).ask_all(plan.calls)
        return sheet.section_result(), reply
