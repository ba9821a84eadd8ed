"""A server in this process, for tests of the client: what it answers, and what it was asked."""

import json
from collections.abc import Callable
from typing import Any

import httpx
from copydesk import AsyncDesk, Desk, RetryPolicy

URL = "http://desk.example"
QUICK = RetryPolicy(most=3, within_s=600, first_s=0.001, longest_s=0.002)
Reply = Callable[[httpx.Request], httpx.Response]


class FakeServer:
    """Answers by path; each route has replies that come one after the other, the last for ever."""

    def __init__(self) -> None:
        self.seen: list[httpx.Request] = []
        self._routes: dict[str, list[Reply]] = {"/api/v1/limits": [told({}, session="s" * 8)]}

    def on(self, path: str, *replies: Reply) -> None:
        self._routes[f"/api/v1{path}"] = list(replies)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request)
        replies = self._routes[request.url.path]
        return (replies.pop(0) if len(replies) > 1 else replies[0])(request)

    async def answer(self, request: httpx.Request) -> httpx.Response:
        return self(request)

    def asked(self, path: str) -> list[httpx.Request]:
        """Return the requests of this path, in their order."""
        return [each for each in self.seen if each.url.path == f"/api/v1{path}"]

    def desk(self, **options: Any) -> Desk:
        known = {"token": "token-1", "retries": QUICK} | options
        return Desk(URL, transport=httpx.MockTransport(self), **known)

    def async_desk(self, **options: Any) -> AsyncDesk:
        known = {"token": "token-1", "retries": QUICK} | options
        return AsyncDesk(URL, transport=httpx.MockTransport(self.answer), **known)


def told(body: Any, status: int = 200, session: str = "", **headers: str) -> Reply:
    """Answer with this JSON."""
    known = {"X-Session-Id": session} if session else {}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _: httpx.Response(status, json=body, headers=known | named)


def refused(code: str, status: int, **more: Any) -> Reply:
    """Answer with an error."""
    error = {"code": code, "message": "No.", "details": [], "request_id": "r-1"}
    return told({"error": error | {"retryable": False, "retry_after_ms": None} | more}, status)


def streamed(*pieces: bytes) -> Reply:
    """Answer with a stream in these pieces."""
    return lambda _: httpx.Response(200, content=b"".join(pieces))


def dropped(request: httpx.Request) -> httpx.Response:
    """Break the connection off before the answer."""
    raise httpx.ReadError("broken", request=request)


def body_of(request: httpx.Request) -> Any:
    return json.loads(request.content)


def event(number: int, name: str, data: Any) -> bytes:
    """Return an event as it stands on the wire."""
    return f"id: {number}\nevent: {name}\ndata: {json.dumps(data)}\n\n".encode()


def job(status: str = "queued", **more: Any) -> dict[str, Any]:
    return {"id": "job_1", "kind": "suggestion", "status": status} | more
