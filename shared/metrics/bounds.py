"""The closed lists that labels are taken from: what is in none of them is `other`."""

from collections.abc import Collection

from shared.domain.suggestions import DropReason
from shared.errors import AppError
from shared.jobs.names import JobKind, QueueName
from shared.jobs.states import Decision, Outcome, Status

OTHER = "other"
UNKNOWN_ROUTE = "unknown"
METHODS = frozenset(("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"))
KINDS = frozenset(JobKind)
OUTCOMES = frozenset(Outcome) | {each for each in Status if each.is_final}
DECISIONS = frozenset(Decision)
REASONS = frozenset(DropReason)
RESULTS = {"answered": "hit", "joined": "joined", "accepted": "miss"}  # by admission's verdict
_LANES = {queue.value: queue.lane.value for queue in QueueName}


def among(value: str, listed: Collection[str]) -> str:
    """Return the value if it is listed."""
    return str(value) if value in listed else OTHER


def lane_of(queue: str) -> str:
    """Return the lane whose workers take from this queue."""
    return _LANES.get(queue, OTHER)


def code_of(error: Exception) -> str:
    """Return the code of one of our errors."""
    return error.code if isinstance(error, AppError) else OTHER


def codes() -> frozenset[str]:
    """Return every code that a job may fail with."""
    found, left = set(), [AppError]
    while left:
        kind = left.pop()
        found.add(kind.code)
        left += kind.__subclasses__()
    return frozenset(found)
