"""What both drivers tell httpx, and make of what it says."""

from base64 import b64encode
from contextlib import suppress
from typing import Any

import httpx

from copydesk.calls.wire import Answer, Request
from copydesk.errors.own import ConnectionFailedError
from copydesk.lines.logs import keep_sessions_out_of_logs
from copydesk.models.accounts import Credentials
from copydesk.protocol.exchange import Exchange
from copydesk.protocol.following import SILENCE_S
from copydesk.protocol.retries import RetryPolicy
from copydesk.terms import DeskOptions

TIMEOUT_S = 30.0
_LEAST_S = 1.0  # what a request gets, however late it is
_NEVER_ARRIVED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


def new_exchange(options: DeskOptions) -> Exchange:
    """Return the exchange of a desk with these options."""
    known = Credentials(options.get("token"), options.get("refresh_token"), options.get("session"))
    retries = options.get("retries", RetryPolicy())
    policy = RetryPolicy(most=retries) if isinstance(retries, int) else retries
    return Exchange(known, policy, options.get("on_credentials"))


def client_options(url: str, options: DeskOptions) -> dict[str, Any]:
    """Return what the client of httpx is made with."""
    keep_sessions_out_of_logs()
    at = httpx.URL(url)
    return {
        # The libraries log addresses as they are, so that a password may not stand in this one.
        "base_url": f"{str(at.copy_with(userinfo=b'')).rstrip('/')}/api/v1",
        "headers": _basic(at.username, at.password),
        "timeout": options.get("timeout", TIMEOUT_S),
        "transport": options.get("transport"),
        # As many streams at once as there are readers.
        "limits": httpx.Limits(max_connections=None, max_keepalive_connections=20),
    }


def request_options(request: Request, timeout_s: float) -> dict[str, Any]:
    """Return what httpx is to send."""
    file = request.file
    if request.within_s is not None:
        timeout_s = min(timeout_s, max(_LEAST_S, request.within_s))
    return {
        "method": request.method,
        "url": request.path,
        "params": dict(request.query),
        "json": request.body,
        "files": file and {"file": (file.name, file.content, file.media_type)},
        "data": file and dict(file.form),
        "headers": dict(request.headers),
        "timeout": httpx.Timeout(timeout_s, read=_read_s(request, timeout_s)),
    }


def stream_options(request: Request, timeout_s: float) -> dict[str, Any]:
    """Return what httpx is to send for a stream, in which a long silence means that it is dead."""
    quiet = {"timeout": httpx.Timeout(timeout_s, read=SILENCE_S)}
    return request_options(request, timeout_s) | quiet


def answer_of(response: httpx.Response) -> Answer:
    """Return the answer; its body has been read."""
    headers = {name.lower(): text for name, text in response.headers.items()}
    return Answer(response.status_code, headers, response.content)


def failure(error: httpx.RequestError) -> ConnectionFailedError:
    """Return what went wrong, without the words of the library: they may show a header."""
    kind = type(error).__name__
    if isinstance(error, _NEVER_ARRIVED):
        return ConnectionFailedError(f"Not reached ({kind})", may_have_arrived=False)
    return ConnectionFailedError(f"The connection failed ({kind})")


def shown(url: str) -> str:
    """Return the address without any password in it.

    :raises ValueError: it is none
    """
    with suppress(httpx.InvalidURL):
        at = httpx.URL(url)
        if at.scheme in ("http", "https") and at.host:
            return str(at.copy_with(userinfo=b"", query=None))
    raise ValueError("A server's address begins with http:// or https://")


def _read_s(request: Request, timeout_s: float) -> float:
    """Return how long the answer may take: a server that waits in vain is heard a little later."""
    if request.within_s is None:
        return timeout_s + request.wait_s
    return min(timeout_s + request.wait_s, max(_LEAST_S, request.within_s) + _LEAST_S)


def _basic(name: str, password: str) -> dict[str, str]:
    """Return what a gateway before the server is told; a token of ours takes its place."""
    if not (name or password):
        return {}
    return {"Authorization": "Basic " + b64encode(f"{name}:{password}".encode()).decode()}
