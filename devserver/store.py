"""A store that is a process of its own."""

import contextlib
import os
import signal
import socket
import subprocess
import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import ClassVar, Self

from devserver.errors import StartError
from devserver.ports import free_port
from devserver.tether import tethered

LOOK_EVERY_S = 0.02
ANSWER_WITHIN_S = 1.0


class EmbeddedStore(ABC):
    """A store whose data outlives its process: start it again and all is there."""

    name: ClassVar[str]
    title: ClassVar[str]
    setting: ClassVar[str]
    address: ClassVar[str]  # with a gap for the port
    orphaned: ClassVar[signal.Signals] = signal.SIGTERM  # what ends it when its starter is gone
    start_within_s: ClassVar[float] = 60.0

    def __init__(self, folder: Path, port: int | None = None) -> None:
        self.folder = folder
        self.port = port or free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def uri(self) -> str:
        """The address that clients use."""
        return self.address.format(port=self.port)

    @property
    def pid(self) -> int | None:
        """The process that was started here, while it is not stopped."""
        return self._process.pid if self._process else None

    @property
    @abstractmethod
    def command(self) -> list[str]:
        """What to run once `prepare` has been called."""

    @abstractmethod
    def _pong(self) -> bool:
        """Tell whether a client's ping is answered."""

    def answers(self) -> bool:
        """Tell whether it serves requests now."""
        try:  # first without a client: those wait and retry
            socket.create_connection(("127.0.0.1", self.port), ANSWER_WITHIN_S).close()
        except OSError:
            return False
        return self._pong()

    def prepare(self) -> None:
        """Make the folder.

        :raises StartError: when this store must not open what is in it
        """
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def start(self) -> str:
        """Run it until `stop`, or until the thread that called this is gone; return its address.

        :raises StartError: when it ends or stays silent
        """
        self.prepare()
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603
                tethered(self.command, self.orphaned),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # a Ctrl-C is for whoever started it, not for the store
            )
        try:
            self.wait_until_answering(self.start_within_s)
        except StartError:
            self.kill()
            raise
        return self.uri

    def wait_until_answering(self, within_s: float) -> None:
        """Return as soon as it serves requests.

        :raises StartError: after `within_s`, or when the process started here has ended
        """
        deadline = time.monotonic() + within_s
        while not self.answers():
            ended = self._process is not None and self._process.poll() is not None
            if ended or time.monotonic() > deadline:
                fault = "ended at once" if ended else f"did not answer in {within_s:g} s"
                raise StartError(f"embedded {self.name} {fault}: see {self.log}")
            time.sleep(LOOK_EVERY_S)

    def stop(self, within_s: float = 20.0) -> None:
        """End it with time to write."""
        if self._process is None:
            return
        self._process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(within_s)
        self.kill()

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._process = None

    @property
    def log(self) -> Path:
        """Where its output goes when it was started here."""
        return self.folder.with_name(f"{self.folder.name}.log")

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
