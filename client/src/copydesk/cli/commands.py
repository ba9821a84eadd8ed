"""What all commands share: the application, and how an expected error ends one."""

import errno
import json
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

import typer

from copydesk.cli.exits import CommandError, ExitCode
from copydesk.cli.reporting import explained
from copydesk.cli.screens import open_screens
from copydesk.errors import CopydeskError

P = ParamSpec("P")
_STEERING = (*range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_ESCAPED = {code: f"\\u{code:04x}" for code in _STEERING}  # JSON itself escapes those below


def ending_well(command: Callable[P, ExitCode | None]) -> Callable[P, None]:
    """Return the command with its status, and one line for what was to be expected."""

    @wraps(command)
    def ended(*args: P.args, **kwargs: P.kwargs) -> None:
        if status := _status(lambda: command(*args, **kwargs)):
            raise typer.Exit(status)

    return ended


def print_json(told: Any) -> None:
    """Print a value in one line on standard output, and nothing that would steer a terminal."""
    line = json.dumps(told, ensure_ascii=False).translate(_ESCAPED)
    open_screens().emit(line.encode() + b"\n")


def _status(command: Callable[[], ExitCode | None]) -> ExitCode:
    try:
        return command() or ExitCode.DONE
    except (KeyboardInterrupt, typer.Abort):  # the latter at a question
        return ExitCode.INTERRUPTED
    except (CopydeskError, CommandError) as error:
        message, status = explained(error)
    except OSError as error:
        if error.errno == errno.EPIPE:
            raise  # nobody reads on: typer ends it quietly
        message, status = f"{error.filename}: {error.strerror}.", ExitCode.FAILED
    open_screens().say(message, "red")
    return status
