"""Takes orders for suggestions; the workers fill them."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import orjson

from shared.data.redis.admission import Admission
from shared.data.redis.answers import AnswerCache, CachedAnswer
from shared.data.redis.job_store import JobStore
from shared.domain.identity import Caller
from shared.domain.limits import Rate, Service, rate_for
from shared.domain.placements import SuggestionSheet
from shared.domain.proposals import place_again
from shared.domain.suggestion_requests import SuggestionRequest
from shared.domain.time_limits import time_limits
from shared.jobs.names import JobKind
from shared.jobs.queue import JobQueue
from shared.jobs.records import Admitted, AnswerUsed, JobOrder, JobRecord, KnownAnswer
from shared.jobs.states import Outcome, Status
from shared.jobs.suggestion_events import event_of, events_around
from web.services.submissions import OUTDATED, RequestTerms, Submitted, accepted_job

# Does what computes for long where it holds up nobody, and waits for it.
Offload = Callable[[Callable[[], KnownAnswer]], KnownAnswer]


@dataclass(frozen=True)
class SuggestionDesk:
    """Takes orders; one step in Redis decides, and what it decided is in the job."""

    model: str
    engine: str
    rate_scale: float
    time_scale: float
    retention_s: int
    cache_is_apart: bool
    admission: Admission
    answers: AnswerCache
    jobs: JobStore
    queue: JobQueue
    offload: Offload

    def submit(
        self, read: Callable[[], SuggestionRequest], caller: Caller, terms: RequestTerms
    ) -> Submitted:
        """Return the caller's job: new, already answered, or following the same work in flight.

        :raises AppError: what `read` raises, unless the request was accepted before
        :raises UnauthenticatedError, RateLimitedError, IdempotencyMismatchError,
            StoreUnavailableError: nothing was consumed
        """
        rate = rate_for(caller.tier, Service.SUGGESTIONS, scale=self.rate_scale)
        try:
            request = read()
        except OUTDATED:
            key = terms.idempotency
            earlier = self.admission.replay(caller, key, rate) if key else None
            if earlier is None:
                raise
            job = self.jobs.find(earlier.job_id, owner=caller.owner)
            return Submitted(job, earlier.allowance, is_replay=True)
        return self._admit(request, caller, terms, rate)

    def _admit(
        self, request: SuggestionRequest, caller: Caller, terms: RequestTerms, rate: Rate
    ) -> Submitted:
        order = self._order(request, caller, terms)
        known = self._known_answer(request, order, caller) if self.cache_is_apart else None
        admitted = self.admission.admit(caller, order, rate, known)
        if admitted.verdict == "placeable":
            known = self._known_answer(request, order, caller)
            order = replace(order, answer_mark=None)
            admitted = self.admission.admit(caller, order, rate, known)

        for work_id in admitted.to_wake:
            self.queue.wake(work_id, order.lane)
        job = self._job(admitted, order, caller)
        return Submitted(job, admitted.allowance, admitted.verdict == "replayed")

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
            kind=JobKind.SUGGESTION,
            lane=terms.lane,
            mark=mark,
            answer_mark=answer_mark,
            rendering=request.rendering,
            about={"model": self.model, "template": _template(request), **request.source},
            input=orjson.dumps(stored).decode(),
            budget_ms=int(time_limits(request.size, scale=self.time_scale).total_s * 1000),
            request_id=terms.request_id,
            trace=terms.trace,
            idempotency=terms.idempotency,
            supersede_key=terms.supersede_key,
            expires_in_ms=terms.expires_in_s * 1000 if terms.expires_in_s else None,
        )

    def _job(self, admitted: Admitted, order: JobOrder, caller: Caller) -> JobRecord:
        """Spare the round trip where admission has said it all."""
        if admitted.verdict == "accepted":
            return accepted_job(admitted, order)
        if admitted.answer:
            return _answered(admitted, admitted.answer, order, retention_ms=self.retention_s * 1000)
        return self.jobs.find(admitted.job_id, owner=caller.owner)


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


def _template(request: SuggestionRequest) -> dict[str, Any] | None:
    prompt = request.prompt
    if prompt.template_id is None:
        return None
    return {"id": prompt.template_id, "version": prompt.version}
