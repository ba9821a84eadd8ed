"""Gunicorn as we want it: the contract's envelope where no app is reached, and logs in our form."""

import socket
from typing import Any

import orjson
import structlog
import uuid_utils
from gevent.hub import Hub
from gunicorn.glogging import Logger
from gunicorn.http import errors
from gunicorn.util import write_nonblock
from gunicorn.workers.ggevent import GeventWorker

from shared.errors import AppError, PayloadTooLargeError, RequestInvalidError
from shared.settings import load_settings
from web.http.security_headers import SECURITY_HEADERS
from web.http.slow_clients import PacedSocket

log = structlog.get_logger(__name__)

_DRAIN_AT_MOST = 1024 * 1024
_PATIENCE_S = 1.0
_SEND_BUFFER = 128 * 1024  # the system would keep megabytes for each reader that does not read
_UNHEARD_MS = 60_000  # after which a client that answers no packet is gone
_TOO_LARGE = (errors.LimitRequestLine, errors.LimitRequestHeaders)
_OURS = (errors.InvalidResponseHeader, errors.InvalidResponseHeaderName)
_GUARDS = "".join(f"{name}: {text}\r\n" for name, text in SECURITY_HEADERS.items())
_REASONS = {400: "Bad Request", 413: "Content Too Large"}


class GatewayLog(Logger):  # type: ignore[misc]
    """Gunicorn's own lines, in the form of all others."""

    def setup(self, cfg: Any) -> None:
        """Leave the lines to the handler that all have."""
        super().setup(cfg)
        for logger in (self.error_log, self.access_log):
            logger.handlers.clear()
            logger.propagate = True

    def exception(self, msg: Any, *_: Any, **options: Any) -> None:
        """Tell what broke and where: the rest is the request's address, or an exception's words."""
        told = msg.partition(" %")[0] if isinstance(msg, str) else "Worker failed"
        self.error_log.exception(told, **options)


class GatewayWorker(GeventWorker):  # type: ignore[misc]
    """Cuts off clients that do not keep up, and answers what cannot be parsed as HTTP.

    Gunicorn would wait for ever for the former, and tell the latter HTML with the caller's words.
    """

    def init_process(self) -> None:
        """Begin to serve."""
        self._grace_s = load_settings().client_grace
        Hub.print_exception = log_unheard
        super().init_process()

    def handle(self, listener: Any, client: Any, addr: Any) -> None:
        """Serve a connection to its end."""
        client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
        if hasattr(socket, "TCP_USER_TIMEOUT"):  # only Linux has it
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _UNHEARD_MS)
        super().handle(listener, PacedSocket(client, self._grace_s), addr)

    def handle_request(self, listener_name: Any, req: Any, sock: Any, addr: Any) -> None:
        """Serve a request whose head has come."""
        sock.expect_body()
        try:
            super().handle_request(listener_name, req, sock, addr)
        finally:
            sock.expect_head()

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """Tell the client what is wrong with its request; faults of ours go gunicorn's way."""
        if isinstance(exc, _TOO_LARGE):
            self._refuse(client, exc, PayloadTooLargeError("The request line or head is too large"))
        elif isinstance(exc, errors.ParseException) and not isinstance(exc, _OURS):
            self._refuse(client, exc, RequestInvalidError("The request is not well-formed HTTP"))
        else:
            super().handle_error(req, client, addr, exc)

    def _refuse(self, client: Any, exc: BaseException, error: AppError) -> None:
        request_id = uuid_utils.uuid7().hex
        why = type(exc).__name__
        log.info("request_malformed", why=why, status=error.status, request_id=request_id)
        told = {
            "code": error.code,
            "message": error.message,
            "details": [],
            "request_id": request_id,
            "retryable": False,
            "retry_after_ms": None,
        }
        body = orjson.dumps({"error": told})
        head = (
            f"HTTP/1.1 {error.status} {_REASONS[error.status]}\r\n"
            "Connection: close\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\nX-Request-Id: {request_id}\r\n{_GUARDS}\r\n"
        )
        try:
            write_nonblock(client, head.encode() + body)
            _drain(client)
        except OSError:
            self.log.debug("Nobody was there to be told")


def log_unheard(_hub: Any, _context: Any, kind: Any, error: Any, frames: Any) -> None:
    """Tell of what a greenlet raised: gevent would print it, with its words and arguments."""
    log.error("error_unheard", exc_info=(kind, error, frames))


def _drain(client: Any) -> None:
    """Read what is still on its way: a client that is reset would not see the answer."""
    client.shutdown(socket.SHUT_WR)
    client.settimeout(_PATIENCE_S)
    left = _DRAIN_AT_MOST
    while left > 0 and (piece := client.recv(65_536)):
        left -= len(piece)
