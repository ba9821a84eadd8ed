"""What a model's server says of its limits in the head of an answer."""

import re
from collections.abc import Mapping
from contextlib import suppress

from shared.jobs.provider_calls import Quota, ServerLimits
from workers.ai.server_words import retry_after_ms

_MOST = 2**40
_LONGEST_MS = 24 * 3600 * 1000
_PARTS = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")
_DURATION = re.compile(rf"(?:{_PARTS.pattern})+")
_MS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}


def server_limits(status: int, headers: Mapping[str, str]) -> ServerLimits:
    """Return the limits as far as they are told, in the form that OpenAI began and others took."""
    return ServerLimits(
        status,
        requests=_quota(headers, "requests"),
        tokens=_quota(headers, "tokens"),
        retry_after_ms=retry_after_ms(headers),
    )


def duration_ms(told: str) -> int | None:
    """Return ms for `1s`, `6m0s`, `20ms`, or a number of seconds; None for anything else."""
    told = told.strip()
    if _DURATION.fullmatch(told):
        ms = sum(float(number) * _MS[unit] for number, unit in _PARTS.findall(told))
        return int(min(ms, _LONGEST_MS))
    with suppress(ValueError, OverflowError):
        return int(min(max(float(told), 0.0), _LONGEST_MS / 1000) * 1000)
    return None


def _quota(headers: Mapping[str, str], what: str) -> Quota:
    return Quota(
        _number(headers.get(f"x-ratelimit-limit-{what}")),
        _number(headers.get(f"x-ratelimit-remaining-{what}")),
        duration_ms(headers.get(f"x-ratelimit-reset-{what}", "")),
    )


def _number(told: str | None) -> int | None:
    if told is None or not told.strip().isdecimal():
        return None
    return min(int(told[:15]), _MOST)
