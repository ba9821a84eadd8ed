"""What the programs say: on the terminal behind their name, and in a file each."""

import contextlib
import logging
import sys
import threading
from collections.abc import Iterable
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import BinaryIO, TextIO

LARGEST_FILE = 5_000_000
LAST_WORDS_S = 0.5


def tell(line: str) -> None:
    """Say something to the person at the terminal, if there still is one."""
    with contextlib.suppress(OSError):
        print(line, flush=True)  # noqa: T201


class _Terminal(logging.StreamHandler[TextIO]):
    """A terminal that may be gone: no reason to stop, nor to complain to it."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        """Let the line be lost."""


class Output:
    """One logger for each program."""

    def __init__(self, folder: Path, names: Iterable[str]) -> None:
        self._folder = folder
        self._loggers = {name: logging.Logger(name) for name in names}
        self._readers: list[threading.Thread] = []
        self._open()

    def path(self, name: str) -> Path:
        """Return the file that keeps what this program said."""
        return self._folder / f"{name}.log"

    def say(self, name: str, line: str) -> None:
        """Add a line about a program to what it said itself."""
        self._loggers[name].info("* %s", line)

    def read(self, name: str, pipe: BinaryIO) -> None:
        """Pass lines on from now until nobody holds the pipe's other end."""
        reader = threading.Thread(target=self._pass_on, args=(name, pipe), daemon=True)
        self._readers = [each for each in self._readers if each.is_alive()] + [reader]
        reader.start()

    def close(self) -> None:
        """Wait a moment for last words, and close the files."""
        for reader in self._readers:
            reader.join(LAST_WORDS_S)
        for logger in self._loggers.values():
            for handler in logger.handlers:
                handler.close()

    def _open(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        width = max(map(len, self._loggers), default=0)
        for name, logger in self._loggers.items():
            terminal = _Terminal(sys.stdout)
            terminal.setFormatter(logging.Formatter(f"{name:<{width}} | %(message)s"))
            file = RotatingFileHandler(
                self.path(name), maxBytes=LARGEST_FILE, backupCount=1, encoding="utf-8"
            )
            file.setFormatter(logging.Formatter("%(message)s"))
            logger.handlers = [terminal, file]

    def _pass_on(self, name: str, pipe: BinaryIO) -> None:
        with pipe:
            for line in pipe:
                self._loggers[name].info(line.decode(errors="replace").rstrip("\r\n"))
