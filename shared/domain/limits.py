"""How often whom may ask for what."""

from dataclasses import dataclass
from enum import StrEnum

from shared.domain.identity import Tier

_ADMIN_FACTOR = 10
_AT_ONCE = {Tier.ANONYMOUS: 10, Tier.USER: 30, Tier.ADMIN: 300}
_PER_MINUTE = {
    "suggestions": (20, 60),
    "chat": (10, 30),
    "batches": (2, 10),
    "auth": (10, 10),
    "reads": (300, 600),
}


class Service(StrEnum):
    """Kinds of request that have a bucket of their own."""

    SUGGESTIONS = "suggestions"
    CHAT = "chat"
    BATCHES = "batches"
    AUTH = "auth"
    READS = "reads"


@dataclass(frozen=True)
class Rate:
    """A token bucket: filled evenly, `limit` tokens a minute, holding as many."""

    tier: Tier
    service: Service
    limit: int

    window_s = 60

    @property
    def per_ms(self) -> float:
        """Tokens that come back each millisecond."""
        return self.limit / (self.window_s * 1000)


def rate_for(tier: Tier, service: Service, *, scale: float = 1.0) -> Rate:
    """Return the bucket of this tier for this service; never smaller than one token."""
    anonymous, user = _PER_MINUTE[service]
    per_minute = anonymous if tier is Tier.ANONYMOUS else user
    if tier is Tier.ADMIN:
        per_minute *= _ADMIN_FACTOR
    return Rate(tier, service, max(1, round(per_minute * scale)))


def most_running(tier: Tier, *, scale: float = 1.0) -> int:
    """Return how much work of one owner may run at once in the interactive lane; at least one."""
    return max(1, round(_AT_ONCE[tier] * scale))


@dataclass(frozen=True)
class Allowance:
    """What a caller's bucket holds after this request."""

    rate: Rate
    remaining: int
    reset_ms: int
    retry_after_ms: int | None = None
