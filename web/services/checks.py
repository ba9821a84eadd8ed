"""Asks several parts at once, for a second at most, and no part twice while it has not answered."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from shared.errors import StoreUnavailableError
from shared.jobs.queue import QueueUnavailableError

FRESH_S = 0.25  # many who ask at once, as probes do, are told the same
WITHIN_S = 1.0

Ask = Callable[[], Any]

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Outcome:
    """What became of a question; `value` is the answer, which may be nothing."""

    is_ok: bool
    took_ms: int
    value: Any = None


class _Question:
    """One that is being asked; whoever hangs is not asked again meanwhile."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._asked_at = time.monotonic()
        self._outcome: Outcome | None = None
        self._answered = threading.Event()
        threading.Thread(target=self._run, name="check", daemon=True).start()

    @property
    def is_open(self) -> bool:
        return not self._answered.is_set()

    def outcome(self, until: float) -> Outcome:
        self._answered.wait(max(0.0, until - time.monotonic()))
        return self._outcome or Outcome(is_ok=False, took_ms=self._took_ms)

    @property
    def _took_ms(self) -> int:
        return int((time.monotonic() - self._asked_at) * 1000)

    def _run(self) -> None:
        is_ok, value = False, None
        try:
            value = self._ask()
            is_ok = value is not False
        except (StoreUnavailableError, QueueUnavailableError):
            pass
        except Exception:
            log.exception("check_broke")
        self._outcome = Outcome(is_ok, self._took_ms, value)
        self._answered.set()


class Checks:
    """Questions by name. One fails that raises, says False, or does not answer in time."""

    def __init__(self, asks: Mapping[str, Ask]) -> None:
        self._asks = asks
        self._open: dict[str, _Question] = {}
        self._found: Mapping[str, Outcome] = {}
        self._found_at = float("-inf")
        self._lock = threading.Lock()

    def outcomes(self) -> Mapping[str, Outcome]:
        """Return what each has answered, no longer than a moment ago; it takes a second at most."""
        with self._lock:
            if time.monotonic() - self._found_at >= FRESH_S:
                self._found = self._asked()
                self._found_at = time.monotonic()
            return self._found

    def _asked(self) -> Mapping[str, Outcome]:
        for name, ask in self._asks.items():
            if name not in self._open or not self._open[name].is_open:
                self._open[name] = _Question(ask)
        until = time.monotonic() + WITHIN_S
        return {name: question.outcome(until) for name, question in self._open.items()}
