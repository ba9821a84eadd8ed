"""A wire between client and server that breaks where a test wants it to."""

import itertools
import socket
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Self

_PIECE = 65536
WHOLE = 2**40


class CuttingProxy:
    """Passes connections on to a port, and cuts each after so many bytes of what it is answered.

    `cuts` are the bytes of the connections, one after the other; then they stay whole. With 0 the
    request arrives, is answered, and nobody hears of it. `mute` connections stay open and pass
    nothing on any more.
    """

    def __init__(self, port: int, cuts: Iterable[int] = (), *, mute: bool = False) -> None:
        self._target = ("127.0.0.1", port)
        self._cuts: Iterator[int] = itertools.chain(cuts, itertools.repeat(WHOLE))
        self._mute = mute
        self._server = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._open: list[socket.socket] = []
        self._silenced: set[socket.socket] = set()
        self.connections = 0
        self.port = self._server.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        # A thread that waits in accept is not woken by closing alone.
        with suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        for each in (self._server, *self._open):
            _end(each)

    def silence(self) -> None:
        """Let what is open now stay open and pass nothing on; what is opened later works."""
        self._silenced.update(self._open)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._server.accept()
                self.connections += 1
                self._join(near, next(self._cuts))

    def _join(self, near: socket.socket, budget: int) -> None:
        try:
            far = socket.create_connection(self._target, 10)
        except OSError:  # the server is away
            _end(near)
            return
        far.settimeout(None)
        self._open += [near, far]
        for source, sink, most in ((near, far, WHOLE), (far, near, budget)):
            pump = threading.Thread(target=self._pump, args=(source, sink, most), daemon=True)
            pump.start()

    def _pump(self, source: socket.socket, sink: socket.socket, budget: int) -> None:
        with suppress(OSError):
            while piece := source.recv(_PIECE):
                if source in self._silenced:
                    continue
                sink.sendall(piece[:budget])
                budget -= len(piece)
                if budget <= 0:
                    break
            if budget <= 0 and self._mute:
                return
        _end(source)
        _end(sink)


def _end(line: socket.socket) -> None:
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
    line.close()
