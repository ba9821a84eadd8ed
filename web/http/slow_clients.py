"""Cuts off whoever keeps a connection and does not keep up: slowloris and its kin.

Gunicorn's gevent worker waits for ever, for each byte of a body and for each reader.
"""

import errno
import fcntl
import socket
import struct
import sys
import termios
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

import gevent

LEAST_BYTES_PER_S = 2048  # half of what the slowest of mobile networks manage
_MOST_UNASKED = 1024 * 1024  # a head, or what is left of a body that no view has read
_PIECE = 64 * 1024
_LOOK_EVERY_S = 1.0
_DROP_ALL = struct.pack("ii", 1, 0)

Result = TypeVar("Result")


class Patience:
    """How long one may still be waited for: waiting uses it up, and what moves earns it back."""

    def __init__(self, most_s: float) -> None:
        self._most_s = most_s
        self.left_s = most_s

    def note(self, waited_s: float, moved: int) -> None:
        """Take a wait into account, and how many bytes it brought."""
        earned_s = moved / LEAST_BYTES_PER_S
        self.left_s = min(self._most_s, self.left_s - waited_s + earned_s)


class PacedSocket:
    """A client's connection, as gunicorn uses it.

    A head has to be there in time, however it comes: bytes earn nothing. Between requests only
    gunicorn's own `keepalive` counts. Bodies and answers have to move at a least rate.
    """

    def __init__(self, line: Any, grace_s: float) -> None:
        self._line = line
        self._grace_s = grace_s
        self._look_every_s = min(_LOOK_EVERY_S, grace_s / 4)
        self._reading: Patience | None = None
        self._writing = Patience(grace_s)
        self._queued = 0
        self._unasked = 0
        self._head_ends_at: float | None = time.monotonic() + grace_s

    def __getattr__(self, name: str) -> Any:
        return getattr(self._line, name)

    def expect_body(self) -> None:
        """From now on a request is read and answered."""
        self._reading = Patience(self._grace_s)

    def expect_head(self) -> None:
        """From now on the client may send its next request, or nothing for a while."""
        self._reading, self._head_ends_at, self._unasked = None, None, 0

    def recv(self, size: int, *flags: int) -> bytes:
        """Return what comes.

        :raises ConnectionResetError: too little came for too long
        """
        if self._reading is None:
            return self._recv_head(size, *flags)
        piece: bytes = _paced(self._reading, lambda: self._line.recv(size, *flags), len)
        return piece

    def sendall(self, content: Any, *flags: int) -> None:
        """Send all of it.

        :raises ConnectionResetError: too little was taken for too long
        """
        view = memoryview(content)
        try:
            while view:
                view = view[self._send(view[:_PIECE], *flags) :]
        except ConnectionResetError:
            # Closing drops what the system still holds for them, instead of waiting on.
            self._line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _DROP_ALL)
            raise

    def _send(self, piece: memoryview, *flags: int) -> int:
        """Send some of it, and return how much.

        The system takes more only when a third of its buffer is free, which may take a slow line
        longer than our patience: so what leaves that buffer counts, and is looked at meanwhile.
        """
        return _paced(self._writing, lambda: self._send_soon(piece, *flags), self._taken)

    def _send_soon(self, piece: memoryview, *flags: int) -> int:
        wait_s, send = self._look_every_s, self._line.send
        return int(gevent.with_timeout(wait_s, send, piece, *flags, timeout_value=0))

    def _taken(self, sent: int) -> int:
        """Return how much the client has taken since we looked last."""
        before, self._queued = self._queued, _queued(self._line)
        return max(0, before + sent - self._queued)

    def _recv_head(self, size: int, *flags: int) -> bytes:
        ends_at, now = self._head_ends_at, time.monotonic()
        left_s = None if ends_at is None else max(0.0, ends_at - now)
        piece: bytes = _within(left_s, lambda: self._line.recv(size, *flags))
        if self._head_ends_at is None:
            self._head_ends_at = time.monotonic() + self._grace_s
        self._unasked += len(piece)
        if self._unasked > _MOST_UNASKED:
            raise _too_slow()
        return piece


def _queued(line: Any) -> int:
    """Return how much the system still holds for the client; 0 where it does not say."""
    with suppress(OSError):
        told = fcntl.ioctl(line.fileno(), termios.TIOCOUTQ, bytes(4))
        return int.from_bytes(told, sys.byteorder)
    return 0


def _paced(
    patience: Patience, step: Callable[[], Result], moved: Callable[[Result], int]
) -> Result:
    began = time.monotonic()
    if patience.left_s <= 0:
        raise _too_slow()
    try:
        result = _within(patience.left_s, step)
    except OSError:
        patience.left_s = 0.0  # whoever reads on meets the same end at once
        raise
    patience.note(time.monotonic() - began, moved(result))
    return result


def _within(limit_s: float | None, step: Callable[[], Result]) -> Result:
    with gevent.Timeout(limit_s, _too_slow()):
        return step()


def _too_slow() -> ConnectionResetError:
    """Return what gunicorn takes for a client that went away: it says nothing and closes."""
    return ConnectionResetError(errno.ECONNRESET, "The client is too slow")
