"""Takes questions; the workers answer them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import orjson
import structlog

from shared.data.mongo.chat_turns import TurnRepository
from shared.data.mongo.conversations import ConversationRepository
from shared.domain.chat import ChatRequest, ChatTurn, conversation_id, message_ids
from shared.domain.identity import Caller
from shared.domain.limits import Rate
from shared.domain.tariffs import Tariff
from shared.domain.worst_costs import WorstCosts
from shared.errors import ConflictError, NotFoundError, StoreUnavailableError
from shared.jobs.names import JobKind
from shared.jobs.records import JobOrder
from web.services.submissions import FrontDesk, RequestTerms, Submitted

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class ChatDesk:
    """Takes questions; `new_id` gives ids that sort by time; the first model is the default.

    A question is the caller's own: its work is neither shared nor cached.
    """

    models: tuple[str, ...]
    time_scale: float
    new_id: Callable[[], str]
    conversations: ConversationRepository
    turns: TurnRepository
    front: FrontDesk
    costs: WorstCosts
    fallback: str | None = None

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
        :raises AppError: as in `FrontDesk.receive`
        """
        return self._begin(lambda: self._next(read(), within, caller.owner), caller, terms)

    def regenerate(
        self, message_id: str, within: str, caller: Caller, terms: RequestTerms
    ) -> Submitted:
        """Return a job that answers the last question of the conversation again.

        :raises NotFoundError: the caller has no such conversation, or it has no such message
        :raises ConflictError: the message is not of the last turn
        :raises AppError: as in `FrontDesk.receive`
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
        return self.front.receive(
            find, lambda turn, rate: self._admit(turn, caller, terms, rate), caller, terms
        )

    def _admit(self, turn: ChatTurn, caller: Caller, terms: RequestTerms, rate: Rate) -> Submitted:
        order = self._order(turn, terms)
        admitted = self.front.admit(order, caller, rate)
        if admitted.verdict == "accepted":
            self._keep(turn)
        return self.front.submitted(admitted, order, caller)

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
        tariff = Tariff(model, self.fallback)
        return JobOrder(
            **terms.in_order,
            kind=JobKind.CHAT,
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
            price=None if tariff.is_free else partial(self.costs.of_turn, turn, tariff),
        )


def no_such_conversation() -> NotFoundError:
    """Return the one answer for an unknown id and for somebody else's."""
    return NotFoundError("There is no such conversation")
