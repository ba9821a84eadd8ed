"""Turns every fault into the contract's envelope. Nothing here shows an exception's own words."""

from contextlib import suppress
from typing import IO

import gevent
import structlog
from flask import Flask, Response, request
from gunicorn.http.errors import ParseException
from werkzeug.exceptions import HTTPException, MethodNotAllowed, RequestEntityTooLarge

from shared.errors import (
    AppError,
    MethodNotAllowedError,
    NotFoundError,
    PayloadTooLargeError,
    ProcessingError,
    RateLimitedError,
    RequestInvalidError,
    RevisionConflictError,
    UnsupportedMediaTypeError,
)
from web.http.bodies import broken_off, json_response
from web.http.context import request_id
from web.http.limits import note_refusal

_DRAIN_AT_MOST = 32 * 1024 * 1024
_DRAIN_FOR_S = 10.0
_CHUNK = 64 * 1024

log = structlog.get_logger(__name__)


def install_error_handlers(app: Flask) -> None:
    """Make every fault of a request an envelope."""
    app.register_error_handler(AppError, error_response)
    app.register_error_handler(HTTPException, _http_fault)
    app.register_error_handler(ParseException, _malformed_body)
    app.register_error_handler(Exception, _unforeseen)


def error_response(error: AppError) -> Response:
    """Return the envelope, with `Retry-After` where waiting helps."""
    if isinstance(error, RateLimitedError):
        note_refusal(error)
    response = json_response({"error": envelope(error)}, error.status)
    if error.retry_after_ms is not None and error.status in (402, 429, 503):
        response.headers["Retry-After"] = str(max(1, -(-error.retry_after_ms // 1000)))
    if isinstance(error, RevisionConflictError) and error.revision:
        response.set_etag(str(error.revision))
    if error.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def envelope(error: AppError) -> dict[str, object]:
    """Return what stands under `error`."""
    return {
        "code": error.code,
        "message": error.message,
        "details": error.details,
        "request_id": request_id(),
        "retryable": error.retryable,
        "retry_after_ms": error.retry_after_ms,
    }


def _http_fault(fault: HTTPException) -> Response:
    response = error_response(_explained(fault))
    if isinstance(fault, MethodNotAllowed) and fault.valid_methods:
        response.headers["Allow"] = ", ".join(sorted(fault.valid_methods))
    if isinstance(fault, RequestEntityTooLarge):
        rest = request.environ["wsgi.input"]
        response.call_on_close(lambda: _drain(rest))  # some send nothing before they are answered
    return response


def _explained(fault: HTTPException) -> AppError:
    match fault.code:
        case 404:
            return NotFoundError("There is no such route")
        case 405:
            return MethodNotAllowedError(f"{request.method} is not for this route")
        case 413:
            return PayloadTooLargeError("The body is larger than this route takes")
        case 415:
            return UnsupportedMediaTypeError("Send JSON, with Content-Type: application/json")
        case code if code and code < 500:
            return RequestInvalidError("The request is malformed")
    return ProcessingError("Something broke; the fault is logged")


def _malformed_body(_fault: ParseException) -> Response:
    """Gunicorn parses chunks while they are read."""
    return error_response(broken_off())


def _unforeseen(_fault: Exception) -> Response:
    log.exception("request_broke", route=request.url_rule.rule if request.url_rule else None)
    return error_response(ProcessingError("Something broke; the fault is logged"))


def _drain(rest: IO[bytes]) -> None:
    """Read what still comes, within reason: a client that is cut off would not see the answer."""
    left = _DRAIN_AT_MOST
    with suppress(OSError), gevent.Timeout(_DRAIN_FOR_S, exception=False):
        while left > 0 and (chunk := rest.read(min(_CHUNK, left))):
            left -= len(chunk)
