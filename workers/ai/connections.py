"""The connection to a model's server, which another thread can shut."""

import socket
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import httpx2

from workers.ai.reply_bounds import ReplyBounds


class Connection:
    """A client with one connection, whose socket it knows in every phase of a call."""

    def __init__(self, tls: Any) -> None:
        self._stream: Any = None
        self.has_sent = False  # all of the request that was made last
        self.bounds = ReplyBounds(0)  # of the answer that comes next
        self.http = httpx2.Client(
            verify=tls,
            limits=httpx2.Limits(max_connections=1, max_keepalive_connections=1),
            event_hooks={"request": [self._watch], "response": [self._bound]},
            follow_redirects=False,
        )

    def shut(self) -> None:
        """Unblock whoever reads from or writes to this connection. Safe from any thread."""
        connected = self._stream and self._stream.get_extra_info("socket")
        if connected:
            with suppress(OSError):
                connected.shutdown(socket.SHUT_RDWR)

    def _watch(self, request: httpx2.Request) -> None:
        self.has_sent = False
        request.extensions["trace"] = self._trace

    def _bound(self, response: httpx2.Response) -> None:
        """Have it read through the bounds, by whomever, an answer that is an error included.

        Here and not in a transport of our own, with which the client would know no proxies.
        """
        read = response.iter_bytes

        def within(chunk_size: int | None = None) -> Iterator[bytes]:
            try:
                yield from self.bounds.read(read(chunk_size))
            except Exception:
                response.close()  # or the next call would wait for this connection
                raise

        response.iter_bytes = within  # type: ignore[method-assign]

    def _trace(self, event: str, info: dict[str, Any]) -> None:
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            self._stream = info["return_value"]
        elif event.endswith("send_request_body.complete"):
            self.has_sent = True
