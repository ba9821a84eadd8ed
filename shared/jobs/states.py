"""The closed lists of a job's life: states, outcomes, events."""

from enum import StrEnum


class Status(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    WAITING = "waiting"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"

    @property
    def is_final(self) -> bool:
        """Whether the job has ended and will never change."""
        return self not in (Status.QUEUED, Status.RUNNING, Status.WAITING)


class Outcome(StrEnum):
    """How a success came about."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    DEGRADED = "degraded"
    CACHED = "cached"


class Decision(StrEnum):
    """What the writer made of a suggestion."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"


class EventName(StrEnum):
    """What a job's log may hold, but for the last entry, which is `job.<status>`."""

    QUEUED = "job.queued"
    STARTED = "job.started"
    WAITING = "job.waiting"
    OUTPUT_DELTA = "output.delta"
    OUTPUT_RESET = "output.reset"
    SUGGESTION_CREATED = "suggestion.created"
    SUGGESTION_DROPPED = "suggestion.dropped"
    PROGRESS = "job.progress"
    USAGE = "usage.updated"
    SNAPSHOT = "job.snapshot"
    SECTION_STARTED = "section.started"
    SECTION_COMPLETED = "section.completed"
    SECTION_FAILED = "section.failed"
