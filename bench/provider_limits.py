"""The rate limits of a provider, as the two common kinds count them, with the headers they send."""

from dataclasses import dataclass, field
from typing import Protocol

_MINUTE_S = 60.0


class Quota(Protocol):
    """So many of something a minute."""

    per_minute: int

    def left(self, now_s: float) -> float:
        """Return how many may come at once."""

    def whole_in_s(self, now_s: float) -> float:
        """Return when all are there again."""

    def wait_s(self, count: float, now_s: float) -> float:
        """Return when so many may come."""

    def take(self, count: float, now_s: float) -> None:
        """Count so many."""


@dataclass
class Bucket:
    """It fills all the time; a small one allows no more than a small burst."""

    per_minute: int
    capacity: float
    _level: float = field(init=False)
    _at_s: float = field(init=False, default=0.0)

    def __post_init__(self) -> None:
        self._level = self.capacity

    def left(self, now_s: float) -> float:
        """See `Quota`."""
        filled = (now_s - self._at_s) * self.per_minute / _MINUTE_S
        return min(self.capacity, self._level + max(0.0, filled))

    def whole_in_s(self, now_s: float) -> float:
        """See `Quota`."""
        return self.wait_s(self.capacity, now_s)

    def wait_s(self, count: float, now_s: float) -> float:
        """See `Quota`."""
        return max(0.0, count - self.left(now_s)) * _MINUTE_S / self.per_minute

    def take(self, count: float, now_s: float) -> None:
        """See `Quota`."""
        self._level, self._at_s = self.left(now_s) - count, now_s


@dataclass
class Window:
    """It is empty at once at the end of each minute, wherever in it the calls came."""

    per_minute: int
    window_s: float = _MINUTE_S
    _taken: float = 0.0
    _ends_s: float = 0.0

    def left(self, now_s: float) -> float:
        """See `Quota`."""
        if now_s >= self._ends_s:
            self._taken, self._ends_s = 0.0, now_s + self.window_s
        return self.per_minute * self.window_s / _MINUTE_S - self._taken

    def whole_in_s(self, now_s: float) -> float:
        """See `Quota`."""
        self.left(now_s)
        return self._ends_s - now_s

    def wait_s(self, count: float, now_s: float) -> float:
        """See `Quota`."""
        return self.whole_in_s(now_s) if count > self.left(now_s) else 0.0

    def take(self, count: float, now_s: float) -> None:
        """See `Quota`."""
        self.left(now_s)
        self._taken += count


@dataclass
class ProviderLimits:
    """What one model allows; it counts what it let through and what it refused."""

    requests: Quota | None = None
    tokens: Quota | None = None
    tells: bool = True
    granted: int = 0
    refused: int = 0

    def admit(self, tokens: int, now_s: float) -> tuple[bool, dict[str, str]]:
        """Return whether the call may be made, and the headers of its answer."""
        asked = [(q, n) for q, n in ((self.requests, 1), (self.tokens, tokens)) if q]
        wait_s = max((quota.wait_s(count, now_s) for quota, count in asked), default=0.0)
        if wait_s > 0:
            self.refused += 1
            return False, self._headers(now_s) | {"retry-after": f"{wait_s:.3f}"}
        for quota, count in asked:
            quota.take(count, now_s)
        self.granted += 1
        return True, self._headers(now_s)

    def _headers(self, now_s: float) -> dict[str, str]:
        told: dict[str, str] = {}
        for name, quota in (("requests", self.requests), ("tokens", self.tokens)):
            if quota and self.tells:
                told[f"x-ratelimit-limit-{name}"] = str(quota.per_minute)
                told[f"x-ratelimit-remaining-{name}"] = str(max(0, int(quota.left(now_s))))
                told[f"x-ratelimit-reset-{name}"] = f"{quota.whole_in_s(now_s):.3f}s"
        return told
