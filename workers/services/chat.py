"""Answers in a chat: the worker's half of the story that `web.services.chat` begins."""

import time
from dataclasses import dataclass, replace
from functools import partial

import orjson
import structlog

from shared.data.mongo.chat_turns import Try, TurnRepository
from shared.domain.chat import ChatTurn
from shared.domain.chat_windows import History
from shared.domain.model_limits import ModelLimits
from shared.domain.placements import SuggestionSheet
from shared.errors import ConflictError, StoreUnavailableError
from shared.jobs.leases import Ending
from shared.jobs.records import Event
from shared.jobs.states import EventName, Outcome, Status
from shared.jobs.suggestion_events import progress_event
from shared.metrics.recorder import recorder
from workers.ai.provider import Provider
from workers.services.chat_calls import ChatCall, plan_chat_call
from workers.services.chat_replies import ChatReply
from workers.services.claims import Claim
from workers.services.metering import metered
from workers.services.patience import keep_trying, patiently
from workers.services.text_flows import Pacer, TextFlow

_REST_PATIENCE_S = 2.0  # who pressed stop waits for it
_BEFORE_DEADLINE_S = 5.0  # an answer that is paid for ends its job in time, kept or not

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class ChatWriter:
    """Answers the questions that the web tier took; `window_tokens` bounds what a call sends."""

    provider: Provider
    turns: TurnRepository
    window_tokens: int
    limits: ModelLimits
    pacer: Pacer

    def write(self, claim: Claim) -> None:
        """Ask the model, tell its answer as it comes, keep it, and end the job.

        :raises AppError: what the job ends with; the claim records it
        """
        started = time.monotonic()
        turn, history = self._begin(claim)
        asked = plan_chat_call(
            turn.request, history, self.window_tokens, self.limits, trace=claim.lease.trace
        )
        sheet = SuggestionSheet(turn.request.document, epoch=claim.lease.epoch)
        sheet.turn_to(asked.context.part)
        flow = TextFlow(claim)
        claim.before_ending = partial(self._keep_rest, claim, turn, flow)

        outcome = self._ask(claim, asked, flow, ChatReply(flow, sheet, asked.marker))
        if not self._keep(claim, turn, flow.text, started):
            outcome = Outcome.DEGRADED

        found = sheet.result(
            model=claim.answered_by or turn.request.model,
            process_time_s=time.monotonic() - started,
            token_count=claim.usage.input_tokens + claim.usage.output_tokens,
        )
        found["metadata"] |= asked.left_out(turn.request)
        claim.finish(_success(claim, turn.result(flow.text, found), outcome))
        recorder.suggestions_dropped(sheet.dropped)

    def _begin(self, claim: Claim) -> tuple[ChatTurn, History]:
        """Keep the question, which the web tier may not have done; return what was said before."""
        asked = ChatTurn.from_stored(orjson.loads(claim.lease.input))
        asked = replace(asked, owner=claim.lease.owner or asked.owner)
        turn = keep_trying(claim.interrupt, lambda: self.turns.add_question(asked))
        if turn is None:
            raise ConflictError("The conversation was deleted")
        return turn, keep_trying(claim.interrupt, lambda: self.turns.history(turn))

    def _ask(self, claim: Claim, asked: ChatCall, flow: TextFlow, reply: ChatReply) -> Outcome:
        with self.pacer.watch(flow):
            with metered(claim, asked.call, asked.model) as meter:
                for part in self.provider.stream(asked.call, claim.interrupt):
                    meter.read(part)
                    reply.take(part)
            reply.close()
        if reply.is_partial:
            return Outcome.PARTIAL
        return Outcome.DEGRADED if claim.answered_by else Outcome.COMPLETE

    def _keep(self, claim: Claim, turn: ChatTurn, text: str, started: float) -> bool:
        """Keep the whole answer; return whether that was possible within the job's time."""
        left_s = claim.lease.remaining_ms / 1000
        claim.interrupt.expect(left_s)  # no part is to come any more, so none is late
        by = Try(claim.lease.work_id, claim.lease.fence)
        try:
            keep_trying(
                claim.interrupt,
                lambda: self.turns.add_answer(turn, text, stopped=False, by=by),
                until=started + left_s - _BEFORE_DEADLINE_S,
            )
        except StoreUnavailableError:
            log.warning("answer_not_kept")
            return False
        return True

    def _keep_rest(self, claim: Claim, turn: ChatTurn, flow: TextFlow) -> tuple[Event, ...]:
        """Keep what there is of an answer that will not be whole; return what is to be told."""
        rest = flow.end()
        if flow.text.strip():
            by = Try(claim.lease.work_id, claim.lease.fence)
            try:
                patiently(
                    lambda: self.turns.add_answer(turn, flow.text, stopped=True, by=by),
                    _REST_PATIENCE_S,
                )
            except StoreUnavailableError:
                log.warning("rest_not_kept")
        return rest


def _success(claim: Claim, result: dict[str, object], outcome: Outcome) -> Ending:
    usage = Event(EventName.USAGE, orjson.dumps({"usage": claim.usage}).decode())
    return Ending(
        Status.SUCCEEDED,
        outcome,
        result=orjson.dumps(result).decode(),
        usage=claim.usage,
        last_events=(usage, progress_event(1, 1)),
    )
