"""What every kind of submission has in common: its terms, how it is admitted, what comes of it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import structlog

from shared.data.redis.admission import Admission
from shared.data.redis.job_store import JobStore
from shared.domain.budgets import NO_BUDGETS, Budgets
from shared.domain.identity import Caller
from shared.domain.limits import Allowance, Rate, Service, most_running, rate_for
from shared.domain.prompts import Prompt
from shared.errors import (
    ConflictError,
    ForbiddenError,
    NotFoundError,
    RequestInvalidError,
    StoreUnavailableError,
)
from shared.jobs.names import QueueName
from shared.jobs.queue import JobQueue
from shared.jobs.records import Admitted, Idempotency, JobOrder, JobRecord, KnownAnswer
from shared.jobs.states import Status
from shared.metrics.recorder import recorder
from shared.traces.spans import Kind
from shared.traces.tracing import tracing

Found = TypeVar("Found")

# What is said where a request names something that has changed or gone, or cannot be read now. If
# it was accepted before under the same key, it is answered all the same.
OUTDATED = (
    RequestInvalidError,
    ForbiddenError,
    NotFoundError,
    ConflictError,
    StoreUnavailableError,
)


@dataclass(frozen=True)
class RequestTerms:
    """How the caller wants to be served, beyond what is to be done."""

    request_id: str
    trace: str = ""
    idempotency: Idempotency | None = None
    wants_fresh: bool = False
    supersede_key: str | None = None
    expires_in_s: int | None = None
    lane: QueueName = QueueName.INTERACTIVE

    @property
    def in_order(self) -> dict[str, Any]:
        """The fields of a job's order in which they stand."""
        return {
            "lane": self.lane,
            "request_id": self.request_id,
            "trace": self.trace,
            "idempotency": self.idempotency,
            "supersede_key": self.supersede_key,
            "expires_in_ms": self.expires_in_s * 1000 if self.expires_in_s else None,
        }


@dataclass(frozen=True)
class Submitted:
    """The caller's job, and what the submission cost them."""

    job: JobRecord
    allowance: Allowance
    is_replay: bool


@dataclass(frozen=True)
class FrontDesk:
    """Does what all desks do alike that take jobs of one kind; one step in Redis decides."""

    service: Service
    rate_scale: float
    admission: Admission
    jobs: JobStore
    queue: JobQueue
    budgets: Budgets = NO_BUDGETS

    def receive(
        self,
        read: Callable[[], Found],
        admit: Callable[[Found, Rate], Submitted],
        caller: Caller,
        terms: RequestTerms,
    ) -> Submitted:
        """Admit what is read; what was accepted before is answered even if nothing can be read now.

        :raises AppError: what `read` raises, unless the request was accepted before
        :raises UnauthenticatedError, RateLimitedError, IdempotencyMismatchError,
            StoreUnavailableError: nothing was consumed
        """
        rate = rate_for(caller.tier, self.service, scale=self.rate_scale)
        try:
            found = read()
        except OUTDATED:
            key = terms.idempotency
            earlier = self.admission.replay(caller, key, rate) if key else None
            if earlier is None:
                raise
            job = self.jobs.find(earlier.job_id, owner=caller.owner)
            return Submitted(job, earlier.allowance, is_replay=True)
        return admit(found, rate)

    def admit(
        self, order: JobOrder, caller: Caller, rate: Rate, known: KnownAnswer | None = None
    ) -> Admitted:
        """Hand the order in, and wake who is to do it.

        What it can cost is asked only where it is new and its owner's budget may not do for it.
        """
        order = replace(
            order,
            limit_usd=self.budgets.of(caller.tier) if order.price else None,
            most_running=most_running(caller.tier, scale=self.rate_scale),
        )
        with tracing.span("admit", Kind.INTERNAL, {"copydesk.job.kind": order.kind}) as span:
            admitted = self.admission.admit(caller, order, rate, known)
            if admitted.verdict == "unpriced" and order.price:
                order = replace(order, worst_usd=order.price())
                admitted = self.admission.admit(caller, order, rate, known)
            span.note({"copydesk.admission.verdict": admitted.verdict})
        if admitted.job_id:
            structlog.contextvars.bind_contextvars(job_id=admitted.job_id)
        if order.mark:
            recorder.cache_asked(admitted.verdict)
        for work_id in admitted.to_wake:
            self.queue.wake(work_id, order.queue or order.lane)
        return admitted

    def submitted(self, admitted: Admitted, order: JobOrder, caller: Caller) -> Submitted:
        """Return the job; spare the round trip where admission has said it all."""
        if admitted.verdict == "accepted":
            return Submitted(accepted_job(admitted, order), admitted.allowance, is_replay=False)
        job = self.jobs.find(admitted.job_id, owner=caller.owner)
        return Submitted(job, admitted.allowance, admitted.verdict == "replayed")


def template_told(prompt: Prompt) -> dict[str, Any] | None:
    """Return the template as every view of the job tells it; None for words of one's own."""
    if prompt.template_id is None:
        return None
    return {"id": prompt.template_id, "version": prompt.version}


def accepted_job(admitted: Admitted, order: JobOrder) -> JobRecord:
    """Return the new job as it stands, without asking the store for it."""
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
