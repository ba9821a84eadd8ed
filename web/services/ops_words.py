"""How the operators' page puts numbers and moments into words."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from shared.jobs.workers import BEAT, WorkerState

_TOLD: Final = {
    "paused": "The lane is paused: its jobs are accepted and wait; what runs goes on.",
    "resumed": "The lane goes on: what waits is published within a second.",
    "replayed": "It is tried again, as a new job of the same owner.",
    "dropped": "It is off the shelf, and its text is shredded.",
}
_UNITS: Final = (("d", 86_400), ("h", 3600), ("min", 60), ("s", 1))
_LONGEST_ID = 18
_STILL_MS = 3000  # it turns each second


def told_by(code: str) -> str | None:
    """Return what a redirect tells; nobody's own words come by an address."""
    return _TOLD.get(code)


def span(ms: float | None) -> str:
    """Return a length of time in its two largest units."""
    if ms is None:
        return "\N{EN DASH}"
    if abs(ms) < 10_000:
        return f"{ms / 1000:.1f} s"
    parts: list[str] = []
    left = int(abs(ms) / 1000)
    for unit, seconds in _UNITS:
        count, left = divmod(left, seconds)
        if count or parts:
            parts.append(f"{count} {unit}")
    return ("\N{MINUS SIGN}" if ms < 0 else "") + " ".join(parts[:2])


def moment(at: datetime | float) -> str:
    """Return a moment, in UTC; numbers are ms since the epoch."""
    return _as_datetime(at).strftime("%d %b %H:%M:%S")


def clock(at: datetime | float) -> str:
    """Return a moment of the last few seconds, in UTC."""
    return _as_datetime(at).strftime("%H:%M:%S")


def dated(at: datetime) -> str:
    """Return a moment with its year, where things are kept for longer than one."""
    return at.strftime("%d %b %Y %H:%M:%S")


def iso(at: datetime | float) -> str:
    """Return a moment as machines read it."""
    return _as_datetime(at).isoformat(timespec="seconds")


def short(text: str) -> str:
    """Return both ends of an id: times stand in front, and what tells them apart behind."""
    return text if len(text) <= _LONGEST_ID else f"{text[:8]}…{text[-8:]}"


def grouped(number: float) -> str:
    """Return a whole number that is easy to read."""
    return f"{int(number):,}"


def dollars(amount: float) -> str:
    """Return money; small sums of a day's beginning show more than cents, where they have more."""
    is_in_cents = amount >= 1 or amount == round(amount, 2)
    return f"${amount:,.2f}" if is_in_cents else f"${amount:.4f}"


def is_still(worker: WorkerState) -> bool:
    """Whether its main loop has not turned for longer than it should take; beat's only sleeps."""
    return worker.role != BEAT and worker.still_ms is not None and worker.still_ms > _STILL_MS


def _as_datetime(at: datetime | float) -> datetime:
    return at if isinstance(at, datetime) else datetime.fromtimestamp(at / 1000, UTC)


FILTERS: Final[Mapping[str, Callable[[Any], str | bool]]] = {
    "span": span,
    "moment": moment,
    "clock": clock,
    "dated": dated,
    "iso": iso,
    "short": short,
    "grouped": grouped,
    "dollars": dollars,
    "is_still": is_still,
}
