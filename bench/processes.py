"""A process of the stack."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Self

from bench import proc
from devserver.tether import tethered

START_WITHIN_S = 120.0


class BenchError(Exception):
    """The stack did not do what the measurement rests on."""


class Process:
    """Runs a command until `stop`, in a session of its own."""

    def __init__(self, command: str, env: Mapping[str, str], log: Path) -> None:
        self._command = command
        self._env = env
        self._log = log
        self._popen: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The process's id."""
        if self._popen is None:
            raise BenchError(f"not running: {self._command}")
        return self._popen.pid

    @property
    def cpu_s(self) -> float:
        """Seconds of CPU that it and its children have used."""
        return proc.cpu_s(self.pid)

    @property
    def pss_bytes(self) -> int:
        """Memory that it and its children hold."""
        return proc.pss_bytes(self.pid)

    def start(self) -> None:
        """Run the command; its output goes to the log."""
        words = ["/bin/sh", "-c", f"exec {self._command}"]
        with self._log.open("ab") as log:
            self._popen = subprocess.Popen(  # noqa: S603
                tethered(words, signal.SIGKILL),
                cwd=self._log.parent,
                env=dict(self._env),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def wait_until(self, is_ready: Callable[[], bool]) -> None:
        """Return as soon as it is ready.

        :raises BenchError: it ended, or took too long
        """
        gives_up_at = time.monotonic() + START_WITHIN_S
        while not _tolerant(is_ready):
            ended = self._popen is not None and self._popen.poll() is not None
            if ended or time.monotonic() > gives_up_at:
                raise BenchError(f"not up: {self._command}\n{self._log.read_text()[-3000:]}")
            time.sleep(0.05)

    def pause(self) -> None:
        """Freeze it: it takes nothing and uses no CPU until `resume`."""
        os.killpg(self.pid, signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        os.killpg(self.pid, signal.SIGCONT)

    def stop(self) -> None:
        """End it at once: all that it could save is thrown away."""
        if self._popen is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._popen.pid, signal.SIGKILL)
            self._popen.wait()
            self._popen = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def _tolerant(is_ready: Callable[[], bool]) -> bool:
    try:
        return is_ready()
    except OSError:
        return False
