"""What the server refuses, each code of the contract with a class of its own."""

from collections.abc import Iterable
from typing import ClassVar, Self

from copydesk.errors.own import CopydeskError
from copydesk.models.refusals import Refusal


class ApiError(CopydeskError):
    """The server refused; a code that this version does not know is just this."""

    of: ClassVar[str] = ""

    def __init__(self, told: Refusal) -> None:
        faults = "; ".join(f"{fault.field}: {fault.error}" for fault in told.details)
        super().__init__(f"{told.code}: {told.message}" + (f" ({faults})" if faults else ""))
        self._told = told
        self.code = told.code
        self.status = told.status
        self.message = told.message
        self.details = told.details
        self.request_id = told.request_id
        self.retryable = told.retryable
        self.retry_after = told.retry_after
        self.revision = told.revision

    def __reduce__(self) -> tuple[type[Self], tuple[Refusal]]:
        """Let it be copied, and pass from process to process."""
        return type(self), (self._told,)


class RequestInvalidError(ApiError):
    """The request breaks a rule; all faults are in `details`."""

    of = "VALIDATION_ERROR"


class UnauthenticatedError(ApiError):
    """The token or the session does not do: log in again."""

    of = "UNAUTHENTICATED"


class BudgetExceededError(ApiError):
    """The budget is spent."""

    of = "BUDGET_EXCEEDED"


class ForbiddenError(ApiError):
    """It is there, and not for this caller."""

    of = "FORBIDDEN"


class NotFoundError(ApiError):
    """There is no such thing, or it is somebody else's."""

    of = "NOT_FOUND"


class MethodNotAllowedError(ApiError):
    """The route does not take this method."""

    of = "METHOD_NOT_ALLOWED"


class ConflictError(ApiError):
    """It does not go with the state of things."""

    of = "CONFLICT"


class GoneError(ApiError):
    """It was kept for its time, and is no more."""

    of = "GONE"


class RevisionConflictError(ApiError):
    """Somebody else was first; `revision` is the one that stands now, where the server tells it."""

    of = "REVISION_CONFLICT"


class PayloadTooLargeError(ApiError):
    """The text or the file is larger than the server takes."""

    of = "PAYLOAD_TOO_LARGE"


class UnsupportedMediaTypeError(ApiError):
    """The file is of no kind that the server reads."""

    of = "UNSUPPORTED_MEDIA_TYPE"


class IdempotencyMismatchError(ApiError):
    """The Idempotency-Key was used before, for something else."""

    of = "IDEMPOTENCY_MISMATCH"


class PreconditionRequiredError(ApiError):
    """Say which revision the change is to follow."""

    of = "PRECONDITION_REQUIRED"


class RateLimitedError(ApiError):
    """Too many requests; `retry_after` says when the next one may come."""

    of = "RATE_LIMITED"


class ProcessingError(ApiError):
    """Something broke on the server."""

    of = "PROCESSING_ERROR"


class WorkerLostError(ProcessingError):
    """The worker died on it, again and again."""

    of = "WORKER_LOST"


class PoisonedError(ProcessingError):
    """It killed its workers, and is not given to another one."""

    of = "POISONED"


class ProviderError(ApiError):
    """The model could not be reached, or failed."""

    of = "PROVIDER_ERROR"


class ProviderTimeoutError(ProviderError):
    """The model did not answer in time."""

    of = "PROVIDER_TIMEOUT"


class OverloadedError(ApiError):
    """There is too much to do at the moment."""

    of = "OVERLOADED"


class CircuitOpenError(OverloadedError):
    """The model fails for everybody at the moment."""

    of = "CIRCUIT_OPEN"


class OutputError(ApiError):
    """The model's answer is of no use."""


class OutputTruncatedError(OutputError):
    """The model's answer broke off at its limit."""

    of = "OUTPUT_TRUNCATED"


class ContentRefusedError(OutputError):
    """The model refuses to work on this text."""

    of = "CONTENT_REFUSED"


class NoValidSuggestionsError(OutputError):
    """The model's answer could not be read."""

    of = "NO_VALID_SUGGESTIONS"


class ModelRequiredError(OutputError):
    """The keyless engine cannot do this."""

    of = "MODEL_REQUIRED"


def api_error(told: Refusal) -> ApiError:
    """Return the error of this code's own class."""
    kinds = {kind.of: kind for kind in all_kinds(ApiError)}
    return kinds.get(told.code, ApiError)(told)


def all_kinds(kind: type[ApiError]) -> Iterable[type[ApiError]]:
    """Return this class of errors and all below it."""
    yield kind
    for below in kind.__subclasses__():
        yield from all_kinds(below)
