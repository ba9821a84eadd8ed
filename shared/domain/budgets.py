"""What whom may spend in a day."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from shared.domain.identity import Tier

NUSD = 1_000_000_000  # money is added up in whole billionths of a dollar


@dataclass(frozen=True)
class Budgets:
    """The most that an owner of each tier may spend in a UTC day; None for no limit."""

    by_tier: Mapping[Tier, float | None] = field(default_factory=dict)

    def of(self, tier: Tier) -> float | None:
        """Return the budget of this tier in dollars."""
        return self.by_tier.get(tier)


NO_BUDGETS = Budgets()


@dataclass(frozen=True)
class Purse:
    """What an owner has spent today and what is set aside, in dollars; `resets_ms` is the moment.

    Of an anonymous owner it is that of the address where there is less left.
    """

    limit_usd: float | None
    spent_usd: float
    reserved_usd: float
    resets_ms: int
