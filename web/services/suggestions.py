"""Takes orders for suggestions; the workers fill them."""

import time
from dataclasses import dataclass, replace
from typing import Any

import orjson

from shared.data.redis.admission import Admission
from shared.data.redis.answers import AnswerCache, CachedAnswer
from shared.data.redis.job_store import JobStore
from shared.domain.identity import Caller
from shared.domain.limits import Allowance, Service, rate_for
from shared.domain.placements import SuggestionSheet
from shared.domain.suggestion_requests import SuggestionRequest
from shared.domain.time_limits import time_limits
from shared.jobs.names import JobKind, QueueName
from shared.jobs.queue import JobQueue
from shared.jobs.records import Admitted, Event, Idempotency, JobOrder, JobRecord, KnownAnswer
from shared.jobs.states import EventName, Outcome, Status
from shared.jobs.suggestion_events import event_of


@dataclass(frozen=True)
class RequestTerms:
    """What the request's headers say about how to serve it."""

    request_id: str
    trace: str = ""
    idempotency: Idempotency | None = None
    wants_fresh: bool = False


@dataclass(frozen=True)
class Submitted:
    """The caller's job, and what the submission cost them."""

    job: JobRecord
    allowance: Allowance
    is_replay: bool


@dataclass(frozen=True)
class SuggestionDesk:
    """Takes orders; one step in Redis decides, and what it decided is in the job."""

    model: str
    rate_scale: float
    retention_s: int
    admission: Admission
    answers: AnswerCache
    jobs: JobStore
    queue: JobQueue

    def submit(self, request: SuggestionRequest, caller: Caller, terms: RequestTerms) -> Submitted:
        """Return the caller's job: new, already answered, or following the same work in flight.

        :raises UnauthenticatedError, RateLimitedError, IdempotencyMismatchError,
            StoreUnavailableError: nothing was consumed
        """
        known = self._known_answer(request, caller, terms)
        order = self._order(request, caller, terms)
        rate = rate_for(caller.tier, Service.SUGGESTIONS, scale=self.rate_scale)

        admitted = self.admission.admit(caller, order, rate, known)

        if admitted.verdict == "accepted":
            self.queue.wake(admitted.job_id, order.lane)
        job = self._job(admitted, order, known, caller)
        return Submitted(job, admitted.allowance, admitted.verdict == "replayed")

    def _known_answer(
        self, request: SuggestionRequest, caller: Caller, terms: RequestTerms
    ) -> KnownAnswer | None:
        if terms.wants_fresh or caller.is_new:
            return None
        started = time.monotonic()
        mark = request.answer_mark(model=self.model, owner=caller.owner)
        answer = self.answers.find(mark, owner=caller.owner)
        return _placed(request, answer, started) if answer else None

    def _order(self, request: SuggestionRequest, caller: Caller, terms: RequestTerms) -> JobOrder:
        mark = None
        if not terms.wants_fresh:
            mark = request.work_mark(model=self.model, owner=caller.owner)
        stored = {"owner": caller.owner, "request": request}
        return JobOrder(
            kind=JobKind.SUGGESTION,
            lane=QueueName.INTERACTIVE,
            mark=mark,
            about={"model": self.model, "template": _template(request)},
            input=orjson.dumps(stored).decode(),
            budget_ms=int(time_limits(len(request.content)).total_s * 1000),
            request_id=terms.request_id,
            trace=terms.trace,
            idempotency=terms.idempotency,
        )

    def _job(
        self, admitted: Admitted, order: JobOrder, known: KnownAnswer | None, caller: Caller
    ) -> JobRecord:
        """Spare the round trip where admission has said it all."""
        if admitted.verdict == "accepted":
            return _accepted(admitted, order)
        if admitted.verdict == "answered" and known:
            return _answered(admitted, order, known, retention_ms=self.retention_s * 1000)
        return self.jobs.find(admitted.job_id, owner=caller.owner)


def _placed(request: SuggestionRequest, answer: CachedAnswer, started: float) -> KnownAnswer:
    sheet = SuggestionSheet(request)
    events = [Event(EventName.QUEUED, '{"position":0}')]
    events += [event_of(sheet.add(edit)) for edit in answer.edits]
    events.append(Event(EventName.PROGRESS, '{"done":1,"total":1}'))
    result = sheet.result(
        model=answer.model,
        process_time_s=time.monotonic() - started,
        token_count=0,
        cached=True,
    )
    age_ms = max(0, time.time_ns() // 1_000_000 - answer.stored_ms)
    return KnownAnswer(orjson.dumps(result).decode(), tuple(events), age_ms)


def _accepted(admitted: Admitted, order: JobOrder) -> JobRecord:
    return JobRecord(
        id=admitted.job_id,
        work_id=admitted.job_id,
        kind=order.kind,
        status=Status.QUEUED,
        lane=order.lane,
        created_ms=admitted.now_ms,
        now_seq=1,
        about=order.about,
        position=admitted.position,
    )


def _answered(
    admitted: Admitted, order: JobOrder, known: KnownAnswer, *, retention_ms: int
) -> JobRecord:
    now_ms = admitted.now_ms
    return replace(
        _accepted(admitted, order),
        status=Status.SUCCEEDED,
        outcome=Outcome.CACHED,
        started_ms=now_ms,
        finished_ms=now_ms,
        expires_ms=now_ms + retention_ms,
        now_seq=len(known.events) + 1,
        cache_age_ms=known.age_ms,
        result=known.result,
    )


def _template(request: SuggestionRequest) -> dict[str, Any] | None:
    prompt = request.prompt
    if prompt.template_id is None:
        return None
    return {"id": prompt.template_id, "version": prompt.version}
