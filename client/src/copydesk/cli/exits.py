"""How the command line ends: the status for scripts, and the errors that it explains."""

from collections.abc import Iterable
from enum import IntEnum


class ExitCode(IntEnum):
    """The exit status; `--help` lists them."""

    DONE = 0
    SUGGESTIONS = 1
    USAGE = 2
    PARTIAL = 3
    FAILED = 4
    UNREACHABLE = 5
    INTERRUPTED = 130


class CommandError(Exception):
    """What ends a command with one line on standard error and a status."""

    def __init__(self, message: str, status: ExitCode = ExitCode.USAGE) -> None:
        super().__init__(message)
        self.message = message
        self.status = status


def worst(statuses: Iterable[ExitCode]) -> ExitCode:
    """Return the status that says most: of several files, the one that went worst."""
    return max(statuses, default=ExitCode.DONE)
