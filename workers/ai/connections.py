"""The connection to a model's server, which another thread can shut."""

import socket
from contextlib import suppress
from typing import Any

import httpx2


class Connection:
    """A client with one connection, whose socket it knows in every phase of a call."""

    def __init__(self, tls: Any) -> None:
        self._stream: Any = None
        self.has_sent = False  # all of the request that was made last
        self.http = httpx2.Client(
            verify=tls,
            limits=httpx2.Limits(max_connections=1, max_keepalive_connections=1),
            event_hooks={"request": [self._watch]},
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

    def _trace(self, event: str, info: dict[str, Any]) -> None:
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            self._stream = info["return_value"]
        elif event.endswith("send_request_body.complete"):
            self.has_sent = True
