"""How the error that ended a job is kept in its record."""

import orjson

from shared.errors import AppError, ProviderTimeoutError


def ended_with(error: AppError, *, request_id: str | None = None) -> bytes:
    """Return the JSON that stands under `error` in the job."""
    return orjson.dumps(
        {
            "code": error.code,
            "message": error.message,
            "request_id": request_id,
            "retryable": error.retryable,
            "retry_after_ms": error.retry_after_ms,
        }
    )


def out_of_time() -> ProviderTimeoutError:
    """Return what ends a job whose deadline has passed, whoever notices."""
    return ProviderTimeoutError("The job was not done in its time")
