"""The failures that Copydesk can explain, each with its code and HTTP status."""

from collections.abc import Iterable


class SettingsError(Exception):
    """The environment does not describe an installation that could run."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = list(faults)
        super().__init__("Wrong or missing settings:\n" + "\n".join(f"  {f}" for f in self.faults))


class AppError(Exception):
    """A failure we can explain to a client."""

    code = "PROCESSING_ERROR"
    status = 500
    retryable = False

    def __init__(
        self,
        message: str,
        *,
        details: Iterable[dict[str, str]] = (),
        retry_after_ms: int | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.details = list(details)
        self.retry_after_ms = retry_after_ms


class ProcessingError(AppError):
    """Something broke that is ours to mend."""


class RequestInvalidError(AppError):
    """The request breaks a rule; all faults are in the details."""

    code, status = "VALIDATION_ERROR", 400


class UnauthenticatedError(AppError):
    """The credentials are unknown, expired or malformed."""

    code, status = "UNAUTHENTICATED", 401


class BudgetExceededError(AppError):
    """What this may cost is spent."""

    code, status = "BUDGET_EXCEEDED", 402


class ForbiddenError(AppError):
    """The caller may see this, but not do that."""

    code, status = "FORBIDDEN", 403


class NotFoundError(AppError):
    """There is no such thing, or it is somebody else's."""

    code, status = "NOT_FOUND", 404


class MethodNotAllowedError(AppError):
    """The route exists and knows other methods."""

    code, status = "METHOD_NOT_ALLOWED", 405


class ConflictError(AppError):
    """What was asked does not fit the state the thing is in."""

    code, status = "CONFLICT", 409


class GoneError(AppError):
    """The result was kept for its time and is no more."""

    code, status = "GONE", 410


class RevisionConflictError(AppError):
    """Somebody else was first: what stands has another revision than the caller knows."""

    code, status = "REVISION_CONFLICT", 412

    def __init__(self, message: str, *, revision: int) -> None:
        told = {"field": "If-Match", "error": f"The current revision is {revision}"}
        super().__init__(message, details=[told])
        self.revision = revision


class PayloadTooLargeError(AppError):
    """The body is larger than this route takes."""

    code, status = "PAYLOAD_TOO_LARGE", 413


class UnsupportedMediaTypeError(AppError):
    """The body is not JSON."""

    code, status = "UNSUPPORTED_MEDIA_TYPE", 415


class PreconditionRequiredError(AppError):
    """What is there may only be replaced by one who says what it is."""

    code, status = "PRECONDITION_REQUIRED", 428


class IdempotencyMismatchError(AppError):
    """The key was used before with another body."""

    code, status = "IDEMPOTENCY_MISMATCH", 422


class RateLimitedError(AppError):
    """The caller's bucket holds too few tokens."""

    code, status, retryable = "RATE_LIMITED", 429, True

    def __init__(self, message: str, *, allowance: object = None, retry_after_ms: int) -> None:
        super().__init__(message, retry_after_ms=retry_after_ms)
        self.allowance = allowance


class ProviderError(AppError):
    """The model could not be reached or failed; the same call may work later."""

    code, status, retryable = "PROVIDER_ERROR", 502, True


class ProviderBusyError(ProviderError):
    """The model's server takes no more calls for a while, from us or from anybody."""


class ProviderQuotaError(ProviderError):
    """The account at the model's server has nothing left to spend."""


class ProviderRefusedCallError(ProviderError):
    """The model's server will not take this call, now or later: key, model name or parameters."""

    retryable = False


class ProviderMisconfiguredError(ProviderRefusedCallError):
    """The model's server would take no call of ours: it knows neither our key nor the model."""


class OverloadedError(AppError):
    """A store is away or full; nothing was accepted."""

    code, status, retryable = "OVERLOADED", 503, True


class StoreUnavailableError(OverloadedError):
    """Redis or MongoDB does not answer, or is full."""


class CircuitOpenError(AppError):
    """The model's server fails, and is left alone for longer than the job can wait."""

    code, status, retryable = "CIRCUIT_OPEN", 503, True


class ProviderTimeoutError(AppError):
    """The model did not answer in the time that this text allows."""

    code, status, retryable = "PROVIDER_TIMEOUT", 504, True


class OutputTruncatedError(AppError):
    """The model's reply was cut at its token limit before anything was complete."""

    code, status = "OUTPUT_TRUNCATED", 422


class ContentRefusedError(AppError):
    """The model declined to work on this text."""

    code, status = "CONTENT_REFUSED", 422


class NoValidSuggestionsError(AppError):
    """The model's reply could not be read."""

    code, status = "NO_VALID_SUGGESTIONS", 422


class ModelRequiredError(AppError):
    """The keyless engine cannot do this."""

    code, status = "MODEL_REQUIRED", 422


class WorkerLostError(AppError):
    """The process that did the job died."""

    code, status, retryable = "WORKER_LOST", 500, True


class PoisonedError(AppError):
    """The job ended its worker each time it was tried."""

    code, status = "POISONED", 500
