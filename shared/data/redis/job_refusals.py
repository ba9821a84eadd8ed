"""Why a job is not shown, or not tried again."""

from typing import Any

from shared.errors import (
    AppError,
    BudgetExceededError,
    ConflictError,
    GoneError,
    IdempotencyMismatchError,
    NotFoundError,
    OverloadedError,
)


def no_such_job() -> NotFoundError:
    """Return the one answer for an unknown id and for somebody else's."""
    return NotFoundError("There is no such job")


def gone() -> GoneError:
    """Return the answer for what its owner asks too late for."""
    return GoneError("The job was kept for its time and is gone")


def refusal(verdict: str, *more: Any) -> AppError:
    """Return why a job is not accepted, or not tried again, as the script says."""
    if verdict == "unknown":
        return no_such_job()
    if verdict == "gone":
        return gone()
    if verdict == "overloaded":
        return OverloadedError("Too many jobs wait for their turn", retry_after_ms=more[0])
    if verdict == "broke":
        told = "What may be spent in a day is spent, or set aside for what is under way"
        return BudgetExceededError(told, retry_after_ms=more[0])
    if verdict == "mismatch":
        return IdempotencyMismatchError("This Idempotency-Key came before with another body")
    return ConflictError("Only a job that ended without success can be tried again")
