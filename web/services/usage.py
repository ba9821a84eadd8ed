"""Tells owners what they used."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from shared.data.mongo.usage_days import UsageRepository
from shared.data.redis.usage import BACK_DAYS, UsageCounters
from shared.domain.usage import Usage, by_day, day_of, total


@dataclass(frozen=True)
class UsageDesk:
    """Reads the copy, and what was counted since."""

    counters: UsageCounters
    days: UsageRepository

    def report(self, owner: str, first: date, last: date, *, today: date) -> dict[str, Any]:
        """Return the usage of each day and of all.

        The copy is read first: what is copied in between is then seen twice, and counts once.
        """
        copies = self.days.of_owner(owner, day_of(first), day_of(last))
        recent = max(first, today - timedelta(days=BACK_DAYS))
        counted = self.counters.of_owner(owner, range(day_of(recent), day_of(last) + 1))
        usage = by_day([*copies, *counted], first, last)
        shown = [{"day": on.isoformat(), **_view(each)} for on, each in usage.items()]
        whole = _view(total(usage.values()))
        return {"from": first.isoformat(), "to": last.isoformat(), "days": shown, "total": whole}


def _view(usage: Usage) -> dict[str, Any]:
    return {
        "jobs": usage.jobs,
        "by_kind": usage.by_kind,
        "joined": usage.joined,
        "cached_share": usage.cached_share,
        "input_tokens": usage.input_tokens,
        "cached_tokens": usage.cached_tokens,
        "output_tokens": usage.output_tokens,
        "cost_usd": usage.cost_usd,
        "unpriced_jobs": usage.unpriced,
    }
