"""What is known of a job, for those who wait and for those who await."""

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from copydesk.calls import batches, jobs
from copydesk.calls.wire import Call
from copydesk.models.jobs import Event, JobError, JobView, Progress, Usage
from copydesk.protocol.following import last_view

R = TypeVar("R", covariant=True)


class JobState:
    """A job as it was last seen."""

    def __init__(self, line: Any, view: JobView) -> None:
        self._line = line
        self.view = view

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.id} {self.status}>"

    @property
    def id(self) -> str:
        return self.view.id

    @property
    def kind(self) -> str:
        """`suggestion`, `chat` or `batch`."""
        return self.view.kind

    @property
    def status(self) -> str:
        """`queued`, `running`, `waiting`, or how it ended."""
        return self.view.status

    @property
    def is_final(self) -> bool:
        """Whether the status will not change any more."""
        return self.view.is_final

    @property
    def outcome(self) -> str | None:
        """Of a success: `complete`, `partial`, `degraded` or `cached`."""
        return self.view.outcome

    @property
    def progress(self) -> Progress:
        return self.view.progress

    @property
    def usage(self) -> Usage:
        return self.view.usage

    @property
    def error(self) -> JobError | None:
        """Why it failed, if it did."""
        return self.view.error

    @property
    def document_id(self) -> str | None:
        return self.view.document_id

    @property
    def counts(self) -> Mapping[str, int]:
        """The sections of a batch by their state; empty for other jobs."""
        return self.view.counts

    @property
    def saved_usd(self) -> float | None:
        """What the section cache saved a batch."""
        return self.view.saved_usd

    @property
    def eta_s(self) -> float | None:
        """An estimate of the seconds that a batch still takes."""
        return self.view.eta_s

    def _read(self, wait_s: int = 0) -> Call[JobView]:
        if self.kind == "batch":
            return batches.batch(self.id, wait_s)
        return jobs.job(self.id, wait_s)

    def _saw(self, view: JobView) -> Self:
        self.view = view
        return self

    def _heard(self, event: Event) -> None:
        self.view = last_view(self.view, event)
