"""One process of the stack, which a test may freeze, stop and kill."""

import os
import shlex
import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import psutil

from devserver.tether import tethered


class StackProcess:
    """One process, which writes what it has to say into a file."""

    def __init__(self, command: str, log: Path, env: Mapping[str, str]) -> None:
        self.log = log
        with log.open("ab") as sink:
            self._process = subprocess.Popen(
                tethered(shlex.split(command), signal.SIGTERM),
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=sink,
                cwd=log.parent,  # where there is no .env
                env=dict(env),
                start_new_session=True,
            )

    @property
    def has_ended(self) -> bool:
        return self._process.poll() is not None

    @property
    def status(self) -> int | None:
        """What it ended with, or None while it lives."""
        return self._process.poll()

    @property
    def pid(self) -> int:
        """Its first process; what that has started is in `children`."""
        return self._process.pid

    @property
    def children(self) -> list[psutil.Process]:
        """What descends from it and lives."""
        try:
            return psutil.Process(self.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return []

    @property
    def tree(self) -> list[psutil.Process]:
        """What lives of it: what descends from it before itself."""
        with suppress(psutil.NoSuchProcess):
            return [*self.children, psutil.Process(self.pid)]
        return []

    def freeze(self) -> None:
        """Stop it where it stands; nobody is told."""
        self._signal_tree(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal_tree(signal.SIGCONT)

    def stop(self) -> None:
        """Ask it to end in order, as a supervisor does; `wait` tells when it has."""
        with suppress(ProcessLookupError):
            self._process.terminate()

    def wait(self, within_s: float) -> None:
        """Return once it has ended.

        :raises subprocess.TimeoutExpired: it has not
        """
        self._process.wait(within_s)

    def kill(self) -> None:
        """End it as a power cut would."""
        self._signal_tree(signal.SIGKILL)
        self._process.wait()

    def _signal_tree(self, number: signal.Signals) -> None:
        # The children first: some look for orphans of theirs, or leave the group.
        children = self.children
        with suppress(ProcessLookupError):
            os.killpg(self.pid, number)
        for each in children:
            with suppress(psutil.NoSuchProcess):
                each.send_signal(number)
