"""What a house that was killed left running."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path

# By now the kernel has killed the processes and told the stores to end; these need a moment to
# write, and a process's own children (gunicorn's workers) a moment to notice.
GRACE_S = 10.0
LOOK_EVERY_S = 0.1


def end_session(session: int, grace_s: float = GRACE_S) -> None:
    """Wait for everything in that session to end, and kill what does not."""
    deadline = time.monotonic() + grace_s
    while members := _members(session):
        if time.monotonic() > deadline:
            for pid in members:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        time.sleep(LOOK_EVERY_S)


def _members(session: int) -> list[int]:
    return [pid for pid in _all_pids() if _session_of(pid) == session]


def _session_of(pid: int) -> int | None:
    try:
        return os.getsid(pid)
    except OSError:  # it has just ended
        return None


def _all_pids() -> Iterable[int]:
    if Path("/proc/self").exists():
        return [int(name) for name in os.listdir("/proc") if name.isdigit()]
    listed = subprocess.run(["ps", "-A", "-o", "pid="], capture_output=True, check=True)  # noqa: S607
    return [int(line) for line in listed.stdout.split()]
