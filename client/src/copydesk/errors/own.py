"""What can go wrong on the way to the server, with a job, and with a text."""

from typing import Self

from copydesk.models.jobs import JobView


class CopydeskError(Exception):
    """All that this package raises on purpose."""


class ConnectionFailedError(CopydeskError):
    """The server could not be reached, or its answer did not come.

    `may_have_arrived` is false where it is sure that the server never got the request.
    """

    def __init__(self, message: str, *, may_have_arrived: bool = True) -> None:
        super().__init__(message)
        self.may_have_arrived = may_have_arrived


class ConnectionLostError(ConnectionFailedError):
    """A stream of events broke off, and nothing came of trying to take it up again."""


class ProtocolError(CopydeskError):
    """The answer is none that a Copydesk server gives."""


class PlacementError(CopydeskError, ValueError):
    """Suggestions do not fit the text: another one, another offset encoding, or they overlap."""


class JobFailedError(CopydeskError):
    """The job ended without a result.

    `code` is that of its error, or else how it ended: CANCELLED, EXPIRED or SUPERSEDED.
    """

    def __init__(self, job: JobView) -> None:
        error = job.error
        self.job = job
        self.code = error.code if error else job.status.upper()
        self.message = error.message if error else f"The job was {job.status}"
        self.retryable = bool(error and error.retryable)
        super().__init__(f"{self.code}: {self.message} ({job.id})")

    def __reduce__(self) -> tuple[type[Self], tuple[JobView]]:
        """Let it be copied, and pass from process to process."""
        return type(self), (self.job,)


class JobTimeoutError(CopydeskError, TimeoutError):
    """The job did not end in time; it goes on."""

    def __init__(self, job_id: str, timeout_s: float) -> None:
        super().__init__(f"{job_id} did not end within {timeout_s:g} s")
        self.job_id = job_id
        self._timeout_s = timeout_s

    def __reduce__(self) -> tuple[type[Self], tuple[str, float]]:
        """Let it be copied, and pass from process to process."""
        return type(self), (self.job_id, self._timeout_s)
