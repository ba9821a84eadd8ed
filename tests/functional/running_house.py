"""Drives a run of the development server, and sees every process that belongs to it."""

import contextlib
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

from devserver.ports import free_port

MARK = "COPYDESK_TEST_RUN"
HOUSE_WITHIN_S = 180.0  # all of its processes, on a machine that is at something else as well
SOON_S = 60.0
T = TypeVar("T")


class RunningHouse:
    """One `make run`, or the part of it that a test needs, with data and ports of its own."""

    def __init__(
        self,
        command: Sequence[str],
        data_dir: Path,
        env: Mapping[str, str],
        stdin: int = subprocess.DEVNULL,
    ) -> None:
        self.port, self.flower_port = free_port(), free_port()
        self.data_dir = data_dir
        self._mark = uuid4().hex
        self._seen: set[tuple[int, str]] = set()
        self._log = data_dir.with_name(f"{data_dir.name}-{self._mark}.out")
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                command,
                stdin=stdin,
                stdout=log,
                stderr=log,
                start_new_session=True,
                env={**os.environ, **self._settings(), **env},
            )

    def _settings(self) -> dict[str, str]:
        return {
            MARK: self._mark,
            "DATA_DIR": str(self.data_dir),
            "PORT": str(self.port),
            "FLOWER_PORT": str(self.flower_port),
        }

    @property
    def output(self) -> str:
        return self._log.read_text(errors="replace")

    def wait_until_ready(self) -> str:
        """Return the line that says so."""
        pattern = re.compile("^Copydesk is ready: .*$", re.MULTILINE)
        found = until(
            lambda: pattern.search(self.output),
            within_s=HOUSE_WITHIN_S,
            what=lambda: self.output,
        )
        self.processes()
        return found.group()

    def pid(self, words: str, *, other_than: Collection[int] = ()) -> int:
        """Return the oldest process of this run whose command line has these words."""
        return until(
            lambda: next(
                (
                    pid
                    for pid, _ in sorted(self.processes())
                    if pid not in other_than and words in _command_line(pid)
                ),
                None,
            ),
            within_s=HOUSE_WITHIN_S,
            what=lambda: f"no process {words!r} in\n{self.output}",
        )

    def processes(self) -> set[tuple[int, str]]:
        """Return the id and start time of everything alive that this run was ever seen to start."""
        mark = f"{MARK}={self._mark}".encode()
        alive = _all_processes()
        for pid, parent, started in alive:
            # Servers write their title over their environment, so a known parent counts as well.
            if mark in _read(pid, "environ") or parent in {each for each, _ in self._seen}:
                self._seen.add((pid, started))
        return self._seen & {(pid, started) for pid, _, started in alive}

    def kill(self, words: str) -> None:
        """Kill that process, and return once the run has started another one."""
        killed = self.pid(words)
        before = {pid for pid, _ in self.processes()}  # what it had started may outlive it
        os.kill(killed, signal.SIGKILL)
        self.pid(words, other_than=before)

    def setting(self, name: str, words: str) -> str:
        """Return what the process whose command line has these words got from its environment."""

        def told() -> str | None:
            # One that is just becoming its command shows nothing.
            environ = _read(self.pid(words), "environ").decode().split("\0")
            return dict(each.split("=", 1) for each in environ if each).get(name)

        return until(told, what=lambda: f"{words!r} got no {name}")

    def wait_until_gone(self) -> None:
        """Return once nothing that belongs to this run is alive."""
        until(
            lambda: not self.processes(),
            what=lambda: [_command_line(pid) for pid, _ in self.processes()],
        )

    def interrupt(self) -> int:
        """Do what Ctrl-C does: signal the whole foreground group; return the exit status."""
        self.processes()
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(HOUSE_WITHIN_S)

    def close(self) -> None:
        """Leave nothing behind, whatever the test did."""
        while alive := self.processes():
            for pid, _ in sorted(alive):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        self.process.wait(SOON_S)


def until(
    ask: Callable[[], T | None], *, what: Callable[[], object], within_s: float = SOON_S
) -> T:
    """Return the first answer that is true."""
    deadline = time.monotonic() + within_s
    while not (answer := ask()):
        assert time.monotonic() < deadline, what()
        time.sleep(0.01)
    return answer


def is_running(pid: int) -> bool:
    """Tell whether that process is alive, and no mere zombie."""
    return pid in {each for each, _, _ in _all_processes()}


def _all_processes() -> list[tuple[int, int, str]]:
    """Return id, parent and start time of what is alive."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        # The name, in brackets, may itself hold spaces and brackets.
        fields = _read(int(folder.name), "stat").decode(errors="replace").rpartition(")")[2].split()
        if fields and fields[0] not in ("Z", "X"):
            found.append((int(folder.name), int(fields[1]), fields[19]))
    return sorted(found)


def _command_line(pid: int) -> str:
    return _read(pid, "cmdline").replace(b"\0", b" ").decode(errors="replace")


def _read(pid: int, name: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes()
    except OSError:  # it has just ended
        return b""
