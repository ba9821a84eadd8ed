"""Moments as MongoDB stores them, in UTC, and as the domain counts them."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return this moment as it will be read again: MongoDB keeps milliseconds."""
    at = datetime.now(UTC)
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def moment(at_ms: int) -> datetime:
    """Return what to store for ms since the epoch."""
    return datetime.fromtimestamp(at_ms / 1000, UTC)


def milliseconds(at: datetime) -> int:
    """Return ms since the epoch for what was stored."""
    return round(at.timestamp() * 1000)
