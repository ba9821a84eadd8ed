"""What all commands share: the application, and how an expected error ends one."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

import httpx
import typer

from copydesk.cli.exits import CommandError, ExitCode
from copydesk.cli.reporting import explained
from copydesk.cli.screens import open_screens
from copydesk.errors import CopydeskError

P = ParamSpec("P")


def ending_well(command: Callable[P, ExitCode | None]) -> Callable[P, None]:
    """Return the command with its status, and one line for what was to be expected."""

    @wraps(command)
    def ended(*args: P.args, **kwargs: P.kwargs) -> None:
        if status := _status(lambda: command(*args, **kwargs)):
            raise typer.Exit(status)

    return ended


def print_json(told: Any) -> None:
    """Print a value in one line on standard output."""
    open_screens().emit(json.dumps(told, ensure_ascii=False).encode() + b"\n")


def _status(command: Callable[[], ExitCode | None]) -> ExitCode:
    try:
        return command() or ExitCode.DONE
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    except (CopydeskError, CommandError, httpx.InvalidURL) as error:
        message, status = explained(error)
        open_screens().say(message, "red")
        return status
