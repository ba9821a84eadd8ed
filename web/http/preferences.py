"""`Prefer: wait=n` (RFC 7240) and what `Cache-Control` asks for."""

from flask import request
from werkzeug.http import parse_dict_header

from web.schemas.jobs import LONGEST_WAIT_S


def preferred_wait_s() -> int | None:
    """Return how long the caller would wait; what is malformed was not said (RFC 7240, 2)."""
    wanted = parse_dict_header(request.headers.get("Prefer", "")).get("wait")
    if wanted is None or not wanted.isdecimal():
        return None
    return min(int(wanted), LONGEST_WAIT_S)


def wants_fresh() -> bool:
    """Whether no earlier answer will do."""
    asked = request.cache_control
    return bool(asked.no_cache or asked.no_store)


def forbids_keeping() -> bool:
    """Whether the answer must not be kept for others."""
    return bool(request.cache_control.no_store)
