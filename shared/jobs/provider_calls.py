"""What a worker asks before it calls a model's server, and what it is told."""

from dataclasses import dataclass
from enum import StrEnum


class WaitReason(StrEnum):
    """Why work waits that could be done, if the provider might be asked now."""

    RATE_LIMIT = "rate_limit"
    BUDGET = "budget"
    CIRCUIT_OPEN = "circuit_open"


@dataclass(frozen=True)
class Endpoint:
    """A model's server, by its address, and what its customer says that it allows a minute."""

    address: str
    rpm: int | None = None
    tpm: int | None = None


@dataclass(frozen=True)
class CallRequest:
    """One call that somebody wants to make.

    `permit_id` names the permit it will have, so that asking twice does no harm; `asker` keeps its
    place in the line of its lane. Within `horizon_ms` it would wait for its turn with its permit.
    By `answer_ms` the model has to speak, by `lease_ms` the call is over for certain.
    """

    permit_id: str
    asker: str
    lane: str
    model: str
    input_tokens: int
    most_output_tokens: int
    worst_usd: float
    horizon_ms: int
    answer_ms: int
    lease_ms: int


@dataclass(frozen=True)
class Permit:
    """The right to make one call, in so many ms; what it may cost is set aside."""

    id: str
    endpoint: Endpoint
    model: str
    wait_ms: int


@dataclass(frozen=True)
class Refusal:
    """Why the call cannot be made now, and when to ask again."""

    reason: WaitReason
    wait_ms: int


class CallOutcome(StrEnum):
    """What a call says of its server's health."""

    OK = "ok"
    ALIVE = "alive"  # it answered, though not with a reply: a refusal, too many requests
    FAILED = "failed"
    UNKNOWN = "unknown"  # stopped by us
    UNUSED = "unused"  # never made


@dataclass(frozen=True)
class Settlement:
    """How a call that was permitted ended, and what it used."""

    outcome: CallOutcome
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float = 0.0


@dataclass(frozen=True)
class Quota:
    """What a server's headers say of one of its limits."""

    limit: int | None = None
    remaining: int | None = None
    reset_ms: int | None = None


@dataclass(frozen=True)
class ServerLimits:
    """What the head of an answer says of the pace."""

    status: int
    requests: Quota = Quota()
    tokens: Quota = Quota()
    retry_after_ms: int | None = None


class BreakerPhase(StrEnum):
    """Whether a model may be asked: yes, by one call to see how it is, or no."""

    CLOSED = "closed"
    HALF_OPEN = "half_open"
    OPEN = "open"


@dataclass(frozen=True)
class BreakerState:
    """How the circuit breaker of one model stands; `opens_until_ms` is 0 while it is closed."""

    provider: str
    model: str
    state: BreakerPhase
    failures: int
    opens_until_ms: int


@dataclass(frozen=True)
class DayBudget:
    """What the installation has spent today (UTC), what calls in flight may yet cost, the limit."""

    spent_usd: float
    reserved_usd: float
    limit_usd: float | None
