"""TCP ports: finding free ones, and saying which setting names a taken one."""

import contextlib
import errno
import random
import socket

from devserver.errors import StartError

# Below the range that Linux (32768) and macOS (49152) take outgoing connections from. A client that
# keeps dialling a dead server's port from inside that range can at last connect to itself, and the
# server then never gets its port back.
LOWEST, HIGHEST = 20_000, 32_000
TRIES = 200
_DRAWS = random.SystemRandom()  # a seeded one gives two processes the same ports


def free_port() -> int:
    """Return a loopback port that nobody listens on, and that no living process was given here."""
    for _ in range(TRIES):
        port = _DRAWS.randint(LOWEST, HIGHEST)
        with contextlib.suppress(OSError):
            _mark(port)
            _try("127.0.0.1", port)
            return port
    raise StartError(f"No free port found between {LOWEST} and {HIGHEST}")


def require_free(host: str, port: int, setting: str) -> None:
    """Refuse a port that no server could listen on now.

    :raises StartError: naming the setting to change
    """
    try:
        _try(host, port)
    except OSError as error:
        faults = {
            errno.EADDRINUSE: f"port {port} is taken: set {setting}",
            errno.EACCES: f"port {port} is not for this user: set {setting}",
        }
        elsewhere = f"{host} is no address of this machine: set HOST"
        raise StartError(faults.get(error.errno or 0, elsewhere)) from error


def _mark(port: int) -> None:
    """Take the UDP port of this number until this process ends.

    Whoever was given its twin may not listen yet, or not now: others are to see that it is taken.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as mark:
        mark.bind(("127.0.0.1", port))
        mark.detach()


def _try(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # As servers do: connections that linger after the last run do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))
