"""`Prefer: wait=n` (RFC 7240) and what `Cache-Control` asks for."""

import re

from flask import request

from web.schemas.jobs import LONGEST_WAIT_S

_WAIT = re.compile(r'(?:^|[,;])\s*wait\s*=\s*"?([0-9]{1,9})"?\s*(?:$|[,;])', re.IGNORECASE)


def preferred_wait_s() -> int | None:
    """Return how long the caller would wait; what is malformed was not said (RFC 7240, 2)."""
    wanted = _WAIT.search(request.headers.get("Prefer", ""))
    return min(int(wanted[1]), LONGEST_WAIT_S) if wanted else None


def wants_fresh() -> bool:
    """Whether no earlier answer will do."""
    asked = request.cache_control
    return bool(asked.no_cache or asked.no_store)


def forbids_keeping() -> bool:
    """Whether the answer must not be kept for others."""
    return bool(request.cache_control.no_store)
