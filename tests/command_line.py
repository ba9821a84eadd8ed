"""The command line as somebody has it: their own folders, and the program as a process."""

import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Self

from tests.stack import ROOT, until
from tests.warm_command import warm_command

PATIENCE_S = 120.0
_COPYDESK = (sys.executable, "-m", "copydesk.cli")
_SCREEN = {"TERM": "xterm-256color", "COLUMNS": "100", "LINES": "40"}


class CommandLine:
    """Somebody at a terminal, in a folder of theirs."""

    def __init__(self, folder: Path, url: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.env = {
            "HOME": str(folder / "home"),
            "COPYDESK_URL": url,
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT / "client" / "src"),
            "PYTHONUTF8": "1",
            **_SCREEN,
        }

    @property
    def pending(self) -> list[Path]:
        """What it remembers of what is under way."""
        return sorted((self.folder / "home").glob(".local/state/copydesk/runs/*.json"))

    @property
    def batch(self) -> str | None:
        """The batch that it would go on with."""
        kept = (json.loads(each.read_text()) for each in self.pending)
        return next((each["batch_id"] for each in kept if each["batch_id"]), None)

    @property
    def remembered(self) -> bytes:
        """All that it has written outside of the texts."""
        written = (self.folder / "home").rglob("*")
        return b"".join(path.read_bytes() for path in written if path.is_file())

    def run(self, *words: str, said: bytes = b"", **env: str) -> subprocess.CompletedProcess[bytes]:
        """Run a command to its end; `said` is what it reads on its standard input."""
        place = {"folder": str(self.folder), "env": self.env | env}
        return warm_command(self.env["PYTHONPATH"]).run(words, said, place, PATIENCE_S)

    def start(self, *words: str, **env: str) -> "subprocess.Popen[bytes]":
        """Start a command that is to be killed, or to be interrupted."""
        return subprocess.Popen(
            [*_COPYDESK, *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=self.folder,
            env=self.env | env,
        )

    def on_terminal(self, *words: str, **env: str) -> "Terminal":
        """Start a command on a terminal, whose keys are typed by `Terminal.type`."""
        return Terminal([*_COPYDESK, *words], self.folder, self.env | env)


class Terminal:
    """A terminal with one program on it."""

    def __init__(self, command: list[str], folder: Path, env: dict[str, str]) -> None:
        self._keys, screen = pty.openpty()
        self.process = subprocess.Popen(
            command, stdin=screen, stdout=screen, stderr=screen, cwd=folder, env=env,
            start_new_session=True,
        )  # fmt: skip
        os.close(screen)
        os.set_blocking(self._keys, False)
        self._shown = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._keys)

    @property
    def shown(self) -> str:
        """All that stood on the screen up to now."""
        with suppress(BlockingIOError, OSError):  # EIO: nobody has it open any more
            while piece := os.read(self._keys, 65536):
                self._shown += piece
        return self._shown.decode(errors="replace")

    def sees(self, words: str) -> None:
        """Return once these words were shown."""
        until(lambda: words in self.shown or self._has_ended, lambda: self.shown, PATIENCE_S)
        assert words in self.shown, self.shown

    def type(self, keys: str) -> None:
        os.write(self._keys, keys.encode())

    def interrupt(self) -> None:
        """Press Ctrl-C, as a terminal tells it to the program."""
        self.process.send_signal(signal.SIGINT)

    def ends(self) -> int:
        """Return the exit status, once it has ended."""
        until(lambda: self.shown is not None and self._has_ended, lambda: self.shown, PATIENCE_S)
        return self.process.wait()

    @property
    def _has_ended(self) -> bool:
        return self.process.poll() is not None


def wait_for(there: Callable[[], object], command: "subprocess.Popen[bytes]") -> None:
    """Return once something is there that the command brings about."""
    until(lambda: there() or command.poll() is not None, lambda: "it never came", PATIENCE_S)
    assert command.poll() is None, command.communicate()[0].decode()
