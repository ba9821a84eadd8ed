"""Takes orders for suggestions; the workers fill them."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol, TypeVar

import orjson

from shared.data.redis.answers import AnswerCache, CachedAnswer
from shared.domain.identity import Caller
from shared.domain.limits import Rate
from shared.domain.placements import SuggestionSheet
from shared.domain.proposals import place_again
from shared.domain.suggestion_requests import SuggestionRequest
from shared.domain.tariffs import Tariff
from shared.domain.time_limits import time_limits
from shared.domain.worst_costs import WorstCosts
from shared.jobs.names import JobKind
from shared.jobs.records import Admitted, AnswerUsed, JobOrder, JobRecord, KnownAnswer
from shared.jobs.states import Outcome, Status
from shared.jobs.suggestion_events import event_of, events_around
from web.services.submissions import (
    FrontDesk,
    RequestTerms,
    Submitted,
    accepted_job,
    template_told,
)

Result = TypeVar("Result")
_LONG = 20_000  # characters; counting what they cost takes some ms


class Offload(Protocol):
    """Does what computes for long where it holds up nobody, and waits for it."""

    def __call__(self, step: Callable[[], Result], /) -> Result:
        """Return what the step returns."""


@dataclass(frozen=True)
class SuggestionDesk:
    """Takes orders; one step in Redis decides, and what it decided is in the job."""

    model: str
    engine: str
    time_scale: float
    retention_s: int
    cache_is_apart: bool
    front: FrontDesk
    answers: AnswerCache
    offload: Offload
    costs: WorstCosts
    tariff: Tariff

    def submit(
        self, read: Callable[[], SuggestionRequest], caller: Caller, terms: RequestTerms
    ) -> Submitted:
        """Return the caller's job: new, already answered, or following the same work in flight.

        :raises AppError: as in `FrontDesk.receive`
        """
        return self.front.receive(
            read, lambda found, rate: self._admit(found, caller, terms, rate), caller, terms
        )

    def _admit(
        self, request: SuggestionRequest, caller: Caller, terms: RequestTerms, rate: Rate
    ) -> Submitted:
        order = self._order(request, caller, terms)
        known = self._known_answer(request, order, caller) if self.cache_is_apart else None
        admitted = self.front.admit(order, caller, rate, known)
        if admitted.verdict == "placeable":
            known = self._known_answer(request, order, caller)
            order = replace(order, answer_mark=None)
            admitted = self.front.admit(order, caller, rate, known)
        if not admitted.answer:
            return self.front.submitted(admitted, order, caller)
        retention_ms = self.retention_s * 1000
        job = _answered(admitted, admitted.answer, order, retention_ms=retention_ms)
        return Submitted(job, admitted.allowance, is_replay=False)

    def _known_answer(
        self, request: SuggestionRequest, order: JobOrder, caller: Caller
    ) -> KnownAnswer | None:
        if order.answer_mark is None:
            return None
        answer = self.answers.find(order.answer_mark, owner=caller.owner)
        return self.offload(partial(_placed, request, answer)) if answer else None

    def _order(self, request: SuggestionRequest, caller: Caller, terms: RequestTerms) -> JobOrder:
        mark = answer_mark = None
        if not terms.wants_fresh:
            answer_mark = request.answer_mark(engine=self.engine, owner=caller.owner)
            mark = request.work_mark(answer_mark)
        stored = {"owner": caller.owner, "request": request}
        return JobOrder(
            **terms.in_order,
            kind=JobKind.SUGGESTION,
            mark=mark,
            answer_mark=answer_mark,
            rendering=request.rendering,
            about={"model": self.model, "template": template_told(request.prompt)} | request.source,
            input=orjson.dumps(stored).decode(),
            budget_ms=int(time_limits(request.size, scale=self.time_scale).total_s * 1000),
            price=None if self.tariff.is_free else partial(self._worst_usd, request),
        )

    def _worst_usd(self, request: SuggestionRequest) -> float:
        count = partial(self.costs.of_request, request, self.tariff)
        return count() if len(request.content) < _LONG else self.offload(count)


def _placed(request: SuggestionRequest, answer: CachedAnswer) -> KnownAnswer:
    sheet = SuggestionSheet(request)
    events = events_around(map(event_of, place_again(request, sheet, answer.proposals)))
    result = orjson.dumps(sheet.cached_result(model=answer.model)).decode()
    age_ms = max(0, time.time_ns() // 1_000_000 - answer.stored_ms)
    return KnownAnswer(result, events, age_ms)


def _answered(
    admitted: Admitted, answer: AnswerUsed, order: JobOrder, *, retention_ms: int
) -> JobRecord:
    now_ms = admitted.now_ms
    return replace(
        accepted_job(admitted, order),
        status=Status.SUCCEEDED,
        outcome=Outcome.CACHED,
        started_ms=now_ms,
        finished_ms=now_ms,
        expires_ms=now_ms + retention_ms,
        now_seq=answer.event_count + 1,
        cache_age_ms=answer.age_ms,
        result=answer.result,
    )
