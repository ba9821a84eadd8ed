"""Takes questions; the workers answer them."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import orjson
import structlog

from shared.data.mongo.chat_turns import TurnRepository
from shared.data.mongo.conversations import ConversationRepository
from shared.data.redis.admission import Admission
from shared.data.redis.job_store import JobStore
from shared.domain.chat import ChatRequest, ChatTurn, conversation_id, message_ids
from shared.domain.identity import Caller
from shared.domain.limits import Rate, Service, rate_for
from shared.errors import ConflictError, NotFoundError, StoreUnavailableError
from shared.jobs.names import JobKind
from shared.jobs.queue import JobQueue
from shared.jobs.records import Admitted, JobOrder
from web.services.submissions import OUTDATED, RequestTerms, Submitted, accepted_job

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class ChatDesk:
    """Takes questions; `new_id` gives ids that sort by time; the first model is the default.

    A question is the caller's own: its work is neither shared nor cached.
    """

    models: tuple[str, ...]
    rate_scale: float
    time_scale: float
    new_id: Callable[[], str]
    conversations: ConversationRepository
    turns: TurnRepository
    admission: Admission
    jobs: JobStore
    queue: JobQueue

    def model(self, named: str | None) -> str:
        """Return the model of this name, or the default where it is not to be had."""
        return named if named in self.models else self.models[0]

    def submit(
        self,
        read: Callable[[], ChatRequest],
        within: str | None,
        caller: Caller,
        terms: RequestTerms,
    ) -> Submitted:
        """Return the job that answers the message, in the conversation `within` or in a new one.

        :raises NotFoundError: the caller has no such conversation
        :raises AppError: what `read` raises, unless the request was accepted before
        :raises UnauthenticatedError, RateLimitedError, IdempotencyMismatchError,
            StoreUnavailableError: nothing was consumed
        """
        return self._begin(lambda: self._next(read(), within, caller.owner), caller, terms)

    def regenerate(
        self, message_id: str, within: str, caller: Caller, terms: RequestTerms
    ) -> Submitted:
        """Return a job that answers the last question of the conversation again.

        :raises NotFoundError: the caller has no such conversation, or it has no such message
        :raises ConflictError: the message is not of the last turn
        :raises UnauthenticatedError, RateLimitedError, IdempotencyMismatchError,
            StoreUnavailableError: as in `submit`
        """
        return self._begin(lambda: self._last(message_id, within, caller.owner), caller, terms)

    def _next(self, request: ChatRequest, within: str | None, owner: str) -> ChatTurn:
        if within is not None and not self.conversations.find(within, owner=owner):
            raise no_such_conversation()
        question_id, answer_id = message_ids(self.new_id())
        return ChatTurn(
            owner=owner,
            conversation_id=within or conversation_id(self.new_id()),
            question_id=question_id,
            answer_id=answer_id,
            is_first=within is None,
            request=request,
        )

    def _last(self, message_id: str, within: str, owner: str) -> ChatTurn:
        last = self.turns.last(within, owner=owner)
        if last and message_id in (last.question_id, last.answer_id):
            model = self.model(last.request.model)
            return replace(last, request=replace(last.request, model=model))
        if self.turns.has(message_id, conversation_id=within, owner=owner):
            raise ConflictError("Only the last message can be answered again")
        raise NotFoundError("There is no such message")

    def _begin(
        self, find: Callable[[], ChatTurn], caller: Caller, terms: RequestTerms
    ) -> Submitted:
        """Admit the turn; what was accepted before is answered even if no turn is found now."""
        rate = rate_for(caller.tier, Service.CHAT, scale=self.rate_scale)
        try:
            turn = find()
        except OUTDATED:
            key = terms.idempotency
            earlier = self.admission.replay(caller, key, rate) if key else None
            if earlier is None:
                raise
            return self._replayed(earlier, caller)
        return self._admit(turn, caller, terms, rate)

    def _replayed(self, admitted: Admitted, caller: Caller) -> Submitted:
        job = self.jobs.find(admitted.job_id, owner=caller.owner)
        return Submitted(job, admitted.allowance, is_replay=True)

    def _admit(self, turn: ChatTurn, caller: Caller, terms: RequestTerms, rate: Rate) -> Submitted:
        order = self._order(turn, terms)
        admitted = self.admission.admit(caller, order, rate)
        if admitted.verdict != "accepted":
            return self._replayed(admitted, caller)
        for work_id in admitted.to_wake:
            self.queue.wake(work_id, order.lane)
        self._keep(turn)
        return Submitted(accepted_job(admitted, order), admitted.allowance, is_replay=False)

    def _keep(self, turn: ChatTurn) -> None:
        """So that the question is read at once; if this fails, the worker will keep it."""
        try:
            self.turns.add_question(turn)
        except StoreUnavailableError:
            log.warning("question_kept_later")

    def _budget_ms(self, request: ChatRequest) -> int:
        return int(request.time_limits(scale=self.time_scale).total_s * 1000)

    def _order(self, turn: ChatTurn, terms: RequestTerms) -> JobOrder:
        model = turn.request.model
        return JobOrder(
            kind=JobKind.CHAT,
            lane=terms.lane,
            mark=None,
            answer_mark=None,
            rendering="",
            about={
                "model": model,
                "asks": model,
                "template": None,
                "conversation_id": turn.conversation_id,
                **turn.request.document.source,
            },
            input=orjson.dumps(turn).decode(),
            budget_ms=self._budget_ms(turn.request),
            request_id=terms.request_id,
            trace=terms.trace,
            idempotency=terms.idempotency,
            supersede_key=terms.supersede_key,
            expires_in_ms=terms.expires_in_s * 1000 if terms.expires_in_s else None,
        )


def no_such_conversation() -> NotFoundError:
    """Return the one answer for an unknown id and for somebody else's."""
    return NotFoundError("There is no such conversation")
