"""What a submission's headers say about how to serve it."""

import hashlib

from flask import request

from shared.errors import RequestInvalidError
from shared.jobs.records import Idempotency
from web.http.context import request_id, traceparent
from web.http.preferences import wants_fresh
from web.services.submissions import RequestTerms

_LONGEST_KEY = 255


def request_terms(route: str) -> RequestTerms:
    """Return the terms of this request.

    :raises RequestInvalidError: the Idempotency-Key is empty or too long
    """
    return RequestTerms(request_id(), traceparent(), _idempotency(route), wants_fresh())


def _idempotency(route: str) -> Idempotency | None:
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not 0 < len(key) <= _LONGEST_KEY:
        raise RequestInvalidError(
            "Invalid request parameters",
            details=[{"field": "Idempotency-Key", "error": "Use 1 to 255 characters"}],
        )
    return Idempotency(route, key, hashlib.sha256(request.get_data()).hexdigest())
