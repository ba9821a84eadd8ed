"""What all lines and spans of one request have in common, and the one line that tells of it."""

import time

import structlog
from flask import Flask, Response, g, request

from shared.data.redis.keys import JOB_ID
from shared.metrics.bounds import METHODS, among
from shared.metrics.recorder import recorder
from web.http.context import request_id, trace_id

log = structlog.get_logger(__name__)


def install_correlation(app: Flask) -> None:
    """Bind the request's ids to all that is logged meanwhile, and tell of it in the end.

    The route is told by its pattern: paths and queries hold what callers write, and tokens.
    """

    @app.before_request
    def begin() -> None:
        g.began = time.perf_counter()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id(), **_known())

    @app.after_request
    def end(response: Response) -> Response:
        response.headers["X-Request-Id"] = request_id()
        took_s = time.perf_counter() - g.began
        route = request.url_rule.rule if request.url_rule else None
        recorder.request_answered(route, request.method, response.status_code, took_s)
        log.info(
            "request",
            method=among(request.method, METHODS),
            route=route,
            status=response.status_code,
            duration_ms=round(took_s * 1000, 1),
        )
        return response


def _known() -> dict[str, str]:
    """Return the ids that the request names, as far as they can be nothing but ids."""
    named = request.view_args or {}
    job_id = named.get("job_id") or named.get("batch_id") or ""
    known = {"trace_id": trace_id()} if trace_id() else {}
    return known | ({"job_id": job_id} if JOB_ID.fullmatch(job_id) else {})
