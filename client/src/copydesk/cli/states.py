"""How far a batch is, made of its events."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from copydesk.jobs import Batch

_FINAL = ("succeeded", "failed", "cancelled", "expired", "superseded")
_WAITS = {
    "rate_limit": "waits for its turn at the model",
    "budget": "waits for the budget",
    "provider_backoff": "waits: the model had a problem",
    "circuit_open": "waits: the model is away",
}


@dataclass
class RunState:
    """What the progress shows of one document."""

    name: str
    done: int = 0
    total: int = 0
    found: int = 0
    failed: int = 0
    cached: int = 0
    cost_usd: float | None = 0.0
    saved_usd: float | None = 0.0
    eta_s: float | None = None
    status: str = "sent"
    waits: str | None = None

    @property
    def is_over(self) -> bool:
        return self.status in _FINAL

    def hear(self, event: str, data: Mapping[str, Any]) -> None:
        """Take in one event."""
        kind, _, what = event.partition(".")
        match kind, what:
            case "job", "progress":
                self.done, self.total = data["done"], data["total"]
            case "job", "queued" | "started" | "waiting":
                self.status, self.waits = what, data.get("reason")
            case "job", "succeeded" | "failed" | "cancelled" | "expired" | "superseded":
                self.status, self.waits = what, None
            case "suggestion", "created":
                self.found += 1
            case "section", "completed" | "failed":
                self.cached += bool(data.get("cached"))
                self.failed += what == "failed"
            case "usage", "updated":
                self.cost_usd = data["usage"].get("cost_usd")

    def look(self, batch: Batch) -> None:
        """Take in what only the batch itself tells.

        The log is shared with whoever asked for the same before: it tells what they paid.
        """
        self.eta_s, self.saved_usd = batch.eta_s, batch.saved_usd
        if batch.is_final:
            self.cost_usd = batch.usage.cost_usd

    @property
    def told(self) -> str:
        """All of it in a line."""
        parts = [
            f"{self.done}/{self.total} sections" if self.total else self.status,
            _counted(self.found, "suggestion"),
            f"{self.failed} failed" if self.failed else "",
            dollars(self.cost_usd),
            f"saved {dollars(self.saved_usd)}" if self.saved_usd else "",
            self._outlook,
        ]
        return " · ".join(part for part in parts if part)

    @property
    def _outlook(self) -> str:
        if self.is_over:
            return self.status if self.status != "succeeded" else "done"
        if self.waits in _WAITS:
            return _WAITS[self.waits]
        return "" if self.eta_s is None else f"{duration(self.eta_s)} left"


def dollars(amount: float | None) -> str:
    """Return an amount with as many places as say something; nothing where no price is known."""
    if amount is None:
        return ""
    return f"${amount:.2f}" if amount >= 0.1 or amount == 0 else f"${amount:.5f}".rstrip("0")


def duration(seconds: float) -> str:
    """Return about how long that is."""
    whole = max(1, round(seconds))
    return f"{whole} s" if whole < 100 else f"{round(whole / 60)} min"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
