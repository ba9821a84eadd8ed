"""A job as web and workers know it, whatever store keeps it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.domain.limits import Allowance
from shared.jobs.names import JobKind, QueueName
from shared.jobs.states import Outcome, Status


@dataclass(frozen=True)
class Usage:
    """What the provider counted and what it costs; `cost_usd` is None where no price is known."""

    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float | None = 0.0

    def __add__(self, other: "Usage") -> "Usage":
        costs = (self.cost_usd, other.cost_usd)
        return Usage(
            self.input_tokens + other.input_tokens,
            self.cached_tokens + other.cached_tokens,
            self.output_tokens + other.output_tokens,
            None if costs[0] is None or costs[1] is None else costs[0] + costs[1],
        )


@dataclass(frozen=True)
class Event:
    """An entry of a job's log; `data` is JSON."""

    name: str
    data: str


@dataclass(frozen=True)
class Idempotency:
    """The caller's own name for a request, and a digest of what the request said."""

    route: str
    key: str
    body_digest: str


@dataclass(frozen=True)
class KnownAnswer:
    """A result that needs no worker, with the events that lead to it."""

    result: str
    events: tuple[Event, ...]
    age_ms: int


@dataclass(frozen=True)
class JobOrder:
    """What admission decides on.

    `mark` is the fingerprint under which the work may be shared, or None for work of its own;
    `answer_mark` and `rendering` say which cached answer would do, or None where none would;
    `about` holds the facts that every view of the job repeats; `input` is JSON for the worker.
    `price` tells what one attempt can cost at most, None where that is nothing; it is asked where
    the owner may not spend more than `limit_usd` in a day, and goes into `worst_usd`.
    """

    kind: JobKind
    lane: QueueName
    mark: str | None
    answer_mark: str | None
    rendering: str
    about: Mapping[str, Any]
    input: str
    budget_ms: int
    request_id: str
    trace: str = ""
    idempotency: Idempotency | None = None
    supersede_key: str | None = None
    expires_in_ms: int | None = None
    queue: QueueName | None = None  # where it is handed out; its lane's unless named
    price: Callable[[], float] | None = None
    limit_usd: float | None = None
    worst_usd: float | None = None
    most_running: int | None = None


@dataclass(frozen=True)
class JobRecord:
    """One caller's job, as the store knew it in one moment; times are ms of the store's clock."""

    id: str
    work_id: str
    kind: JobKind
    status: Status
    lane: str
    created_ms: int
    now_seq: int
    about: Mapping[str, Any] = field(default_factory=dict)
    started_ms: int | None = None
    finished_ms: int | None = None
    expires_ms: int | None = None
    attempt: int = 0
    position: int | None = None
    outcome: Outcome | None = None
    joined: bool = False
    cache_age_ms: int | None = None
    progress: Mapping[str, int] | None = None
    usage: Usage = field(default_factory=Usage)
    error: Mapping[str, Any] | None = None
    result: str | None = None
    last_seq: int | None = None
    retry_of: str | None = None
    wait_reason: str | None = None
    wait_until_ms: int | None = None
    decisions: Mapping[str, str] = field(default_factory=dict)

    @property
    def final_seq(self) -> int:
        """The number of the final event: one behind what the job saw of its work's log."""
        return self.now_seq if self.last_seq is None else self.last_seq + 1


@dataclass(frozen=True)
class JobFilter:
    """Which jobs are asked for; an empty string asks for all."""

    kind: str = ""
    status: str = ""
    document_id: str = ""


@dataclass(frozen=True)
class AnswerUsed:
    """The result that admission found, how many events lead to it, and its age."""

    result: str
    event_count: int
    age_ms: int


@dataclass(frozen=True)
class Admitted:
    """What admission did, and what the bucket holds now.

    The verdict is accepted, joined, answered or replayed; or, with nothing done yet, placeable:
    there is an answer, to be placed for this request and handed in; or unpriced: it is new, and to
    be handed in with the most that it can cost. `to_wake` is work of this lane
    that needs a message by now: this job's, or what has its turn.
    """

    verdict: str
    job_id: str
    now_ms: int
    allowance: Allowance
    position: int | None = None
    answer: AnswerUsed | None = None
    to_wake: tuple[str, ...] = ()
