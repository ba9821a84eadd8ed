"""What every kind of submission has in common: its terms, and what comes of it."""

from dataclasses import dataclass

from shared.domain.limits import Allowance
from shared.errors import (
    ConflictError,
    ForbiddenError,
    NotFoundError,
    RequestInvalidError,
    StoreUnavailableError,
)
from shared.jobs.names import QueueName
from shared.jobs.records import Admitted, Idempotency, JobOrder, JobRecord
from shared.jobs.states import Status

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


@dataclass(frozen=True)
class Submitted:
    """The caller's job, and what the submission cost them."""

    job: JobRecord
    allowance: Allowance
    is_replay: bool


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
