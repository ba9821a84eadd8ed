"""One run at a time for each folder of data."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from devserver.errors import StartError

# A run that was killed takes a moment to end its stores.
WAIT_S = 3.0
LOOK_EVERY_S = 0.1


@contextmanager
def lock(folder: Path) -> Iterator[int]:
    """Hold the folder, and give the descriptor: whoever inherits it holds the folder as well.

    :raises StartError: when another run has it
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if not _acquire(descriptor):
            owner = os.pread(descriptor, 32, 0).decode().strip()
            raise StartError(
                f"{folder} is in use by another run (process {owner}): "
                "stop that one, or set DATA_DIR"
            )
        os.truncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield descriptor
    finally:
        os.close(descriptor)


def _acquire(descriptor: int) -> bool:
    deadline = time.monotonic() + WAIT_S
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                return False
            time.sleep(LOOK_EVERY_S)
        else:
            return True
