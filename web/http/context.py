"""What a view knows of its request beyond Flask's own."""

import re

import uuid_utils
from flask import current_app, g, request

from shared.traces.tracing import tracing
from web.wiring import WebServices

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")
_TRACEPARENT = re.compile(r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")


def services() -> WebServices:
    """Return this app's services."""
    found: WebServices = current_app.extensions["services"]
    return found


def request_id() -> str:
    """Return the caller's id for this request if it is well-formed, else one of ours."""
    if "request_id" not in g:
        given = request.headers.get("X-Request-Id", "")
        g.request_id = given if _REQUEST_ID.fullmatch(given) else uuid_utils.uuid7().hex
    made: str = g.request_id
    return made


def traceparent() -> str:
    """Return this request's place in its trace; without traces of our own the caller's, if any."""
    if ours := tracing.current.traceparent:
        return ours
    given = request.headers.get("traceparent", "")
    return given if _TRACEPARENT.fullmatch(given) else ""


def trace_id() -> str:
    """Return the id of the trace that this request is part of, or nothing."""
    return traceparent()[3:35]
