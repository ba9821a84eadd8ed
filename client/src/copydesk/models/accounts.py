"""Who one is, what one may do, and what one used."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Credentials:
    """What lets one in: an access token with the one that renews it, or an anonymous session."""

    token: str | None = field(default=None, repr=False)
    refresh_token: str | None = field(default=None, repr=False)
    session: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class User:
    """An account."""

    id: str = ""
    email: str = field(default="", repr=False)
    name: str = field(default="", repr=False)
    role: str = "user"


@dataclass(frozen=True)
class Limit:
    """A rate per minute; it is full again in `reset_s` seconds."""

    tier: str = ""
    service: str = ""
    limit: int = 0
    remaining: int = 0
    reset_s: int = 0


@dataclass(frozen=True)
class Budget:
    """The budget of the day; None where none is set."""

    limit_usd: float | None = None
    spent_usd: float | None = None
    reserved_usd: float | None = None
    resets_at: str | None = None


@dataclass(frozen=True)
class Limits:
    """What one may do."""

    limits: tuple[Limit, ...] = ()
    budget: Budget = Budget()


@dataclass(frozen=True)
class UsageTotal:
    """Jobs that ended, and what their calls to the model used."""

    jobs: int = 0
    by_kind: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    joined: int = 0
    cached_share: float | None = None
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float = 0.0
    unpriced_jobs: int = 0


@dataclass(frozen=True)
class UsageDay(UsageTotal):
    """The usage of one day, in UTC."""

    day: str = ""


@dataclass(frozen=True)
class UsageReport:
    """The usage of each day, the oldest first, and of all."""

    first: str = field(default="", metadata={"told_as": "from"})
    last: str = field(default="", metadata={"told_as": "to"})
    days: tuple[UsageDay, ...] = ()
    total: UsageTotal = UsageTotal()
