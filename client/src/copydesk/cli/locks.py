"""A lock between processes; the system lets go of it when its holder dies."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock of this file; waits for it."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.open("a+b") as handle:
        _take(handle.fileno())
        yield  # closing the file lets go


def _take(number: int) -> None:
    if sys.platform == "win32":
        msvcrt.locking(number, msvcrt.LK_LOCK, 1)
    else:
        fcntl.flock(number, fcntl.LOCK_EX)
