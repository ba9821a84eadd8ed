"""Ends a process that stands still as a whole: stopped, or held by code that lets no thread run.

Such a one cannot watch itself, so this runs beside it, as a child of its own in a bare interpreter:
`watchdog.py PROCESS PIPE STALL_S TOLD`. Through the pipe come signs of life, each a process id: of
that process, and of those that it has forked.
"""

import json
import os
import select
import signal
import struct
import sys
import time
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

LOOK_EVERY_S = 1.0
SIGN = struct.Struct("=i")  # so short that the kernel keeps it in one piece
_LEAST_LOOKS = 5
_LATE_S = 2.0
_READ_AT_ONCE = 1024 * SIGN.size
_STDERR = 2


class Vigil:
    """Judges who has been silent for too long.

    When a look comes late, all begin anew: then it was the watchdog that did not run, and with it
    maybe the whole machine, or container, that slept.
    """

    def __init__(self, stall_s: float) -> None:
        self._stall_s = stall_s
        self._silent: dict[int, tuple[float, int]] = {}
        self._looked_at = 0.0

    @property
    def known(self) -> list[int]:
        """Whoever gave a sign and is not forgotten."""
        return list(self._silent)

    def look(self, at: float, signs: Collection[int]) -> list[int]:
        """Return who has been silent for so long, though each look was in time."""
        is_late, self._looked_at = at - self._looked_at > _LATE_S, at
        for pid in {*self._silent, *signs}:
            since, looks = self._silent.get(pid, (at, 0))
            is_silent = not is_late and pid not in signs
            self._silent[pid] = (since, looks + 1) if is_silent else (at, 0)
        return [
            pid
            for pid, (since, looks) in self._silent.items()
            if looks >= _LEAST_LOOKS and at - since >= self._stall_s
        ]

    def forget(self, pid: int) -> None:
        """Wait for no more signs, unless one comes."""
        self._silent.pop(pid, None)


def main(arguments: Sequence[str]) -> int:
    """Watch until the process is gone, whatever else is told to this one."""
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)
    process, reading = int(arguments[0]), int(arguments[1])
    vigil, told = Vigil(float(arguments[2])), json.loads(arguments[3])
    closed = select.poll()
    closed.register(reading, 0)  # for nothing but its end
    while not closed.poll(LOOK_EVERY_S * 1000) and os.getppid() == process:
        for pid in vigil.look(time.monotonic(), _signs(reading)):
            _end(pid, process, vigil, told)
    return 0


def _signs(reading: int) -> set[int]:
    signs: set[int] = set()
    with suppress(BlockingIOError):  # no more for now
        while some := os.read(reading, _READ_AT_ONCE):
            signs.update(pid for (pid,) in SIGN.iter_unpack(some))
    return signs


def _end(pid: int, process: int, vigil: Vigil, told: Mapping[str, object]) -> None:
    """Kill it. What it has forked first: nobody would be left to do it."""
    forked = [each for each in vigil.known if _is_child(each, process)]
    ended = [*forked, process] if pid == process else [*({pid} & {*forked})]
    for each in ended:
        with suppress(ProcessLookupError):
            os.kill(each, signal.SIGKILL)
    for each in ended:
        _say(told, frozen=each)
    vigil.forget(pid)


def _is_child(pid: int, process: int) -> bool:
    """Tell whether it lives and is a child of that process; ids are given again to others."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:  # gone; or no Linux, where only the process itself is watched
        return False
    state, parent = stat.rpartition(")")[2].split()[:2]
    return state != "Z" and int(parent) == process


def _say(told: Mapping[str, object], frozen: int) -> None:
    line = {
        "event": "process_frozen",
        "level": "error",
        "logger": "workers.services.watchdog",
        "timestamp": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
        **told,
        "pid": frozen,
    }
    has_room = select.poll()
    has_room.register(_STDERR, select.POLLOUT)
    # Whoever reads this may be gone; who only stands still must not hold up what ends others.
    with suppress(OSError):
        if has_room.poll(LOOK_EVERY_S * 1000):
            print(json.dumps(line), file=sys.stderr, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
