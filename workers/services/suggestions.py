"""Writes suggestions: the worker's half of the story that `web.services.suggestions` begins."""

import time
from dataclasses import dataclass

import orjson

from shared.data.redis.answers import AnswerCache, CachedAnswer, Rendering
from shared.domain.model_limits import ModelLimits
from shared.domain.placements import SuggestionSheet
from shared.domain.proposals import Spread
from shared.domain.suggestion_requests import SuggestionRequest
from shared.jobs.leases import Ending
from shared.jobs.records import Event
from shared.jobs.states import EventName, Outcome, Status
from shared.jobs.suggestion_events import events_around, progress_event
from shared.metrics.recorder import recorder
from workers.ai.provider import Provider
from workers.services.asking import Asking, Reply
from workers.services.claims import Claim
from workers.services.window_calls import CallPlan, plan_calls


@dataclass(frozen=True)
class SuggestionWriter:
    """Fills the orders that the web tier took."""

    provider: Provider
    engine: str
    answers: AnswerCache
    limits: ModelLimits

    def write(self, claim: Claim) -> None:
        """Ask the model about each window, place each edit as it comes, and end the job.

        :raises AppError: what the job ends with; the claim records it
        """
        started = time.monotonic()
        order = orjson.loads(claim.lease.input)
        request = SuggestionRequest.from_stored(order["request"])
        sheet = SuggestionSheet(request, epoch=claim.lease.epoch)
        plan = plan_calls(request, self.limits, model=self.provider.model, trace=claim.lease.trace)

        reply = Asking(self.provider, claim, Spread(sheet, request)).ask_all(plan.calls)

        if request.keep_answer and reply.outcome is Outcome.COMPLETE:
            self._keep(request, sheet, reply, owner=claim.lease.owner or order["owner"])
        result = sheet.result(
            model=claim.answered_by or self.provider.model,
            process_time_s=time.monotonic() - started,
            token_count=claim.usage.input_tokens + claim.usage.output_tokens,
        )
        claim.finish(_success(claim, plan, result, reply.outcome))
        recorder.suggestions_dropped(sheet.dropped)

    def _keep(
        self, request: SuggestionRequest, sheet: SuggestionSheet, reply: Reply, *, owner: str
    ) -> None:
        model = self.provider.model
        answer = CachedAnswer(tuple(reply.proposals), model, _now_ms())
        shown = Rendering(
            request.rendering,
            orjson.dumps(sheet.cached_result(model=model)).decode(),
            events_around(reply.events),
        )
        self.answers.keep(
            request.answer_mark(engine=self.engine, owner=owner), answer, shown, owner=owner
        )


def _success(
    claim: Claim, plan: CallPlan, result: dict[str, dict[str, object]], outcome: Outcome
) -> Ending:
    result["metadata"]["tokensSaved"] = plan.tokens_saved
    usage = Event(EventName.USAGE, orjson.dumps({"usage": claim.usage}).decode())
    return Ending(
        Status.SUCCEEDED,
        outcome,
        result=orjson.dumps(result).decode(),
        usage=claim.usage,
        last_events=(usage, progress_event(len(plan.calls), len(plan.calls))),
    )


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
