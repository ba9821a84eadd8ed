"""What a driver does for those who know what is to be done; they are generators of such steps."""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from copydesk.calls.wire import Answer, Call, Request
from copydesk.models.accounts import Credentials

T = TypeVar("T")


@dataclass(frozen=True)
class Send:
    """Send a request; give back the answer, or throw a ConnectionFailedError in."""

    request: Request


@dataclass(frozen=True)
class Do(Generic[T]):
    """Carry out a call with all that belongs to it; give back what it reads."""

    call: Call[T]


@dataclass(frozen=True)
class Pause:
    """Let so many seconds pass."""

    seconds: float


@dataclass(frozen=True)
class Renew:
    """Renew these credentials, while nobody else does."""

    spent: Credentials


Step = Send | Do[Any] | Pause | Renew
Steps = Generator[Step, Any, T]


def send(request: Request) -> Steps[Answer]:
    """Return the answer to a request."""
    answer: Answer = yield Send(request)
    return answer


def do(call: Call[T]) -> Steps[T]:
    """Return what a call gives."""
    found: T = yield Do(call)
    return found
