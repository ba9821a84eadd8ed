"""Errors as the server tells them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with a request."""

    field: str = ""
    error: str = ""


@dataclass(frozen=True)
class Refusal:
    """What the server told; `retry_after` in seconds."""

    code: str
    status: int
    message: str = ""
    details: tuple[Fault, ...] = ()
    request_id: str = ""
    retryable: bool = False
    retry_after: float | None = None
    revision: int | None = None
