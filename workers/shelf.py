"""The dead-letter shelf on the command line: `python -m workers.shelf list|show|replay|drop`."""

import argparse
import os
import sys
from datetime import UTC, datetime

from shared.errors import AppError, SettingsError
from shared.settings import load_settings
from workers.upkeep import ShelfTools, build_shelf

_WHO, _REQUEST = "command line", "operator"


def main() -> int:
    """Do what the command line says; return the exit status."""
    arguments = _parser().parse_args()
    try:
        tools = build_shelf(load_settings())
        if "id" in arguments and not tools.shelf.holds(arguments.id):
            sys.stderr.write("There is no such work on the shelf\n")
            return 1
        _COMMANDS[arguments.command](tools, arguments)
        sys.stdout.flush()
    except (SettingsError, AppError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except BrokenPipeError:  # `list | head` has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _list(tools: ShelfTools, _: argparse.Namespace) -> None:
    for work in tools.shelf.works():
        at = datetime.fromtimestamp(work.shelved_ms / 1000, UTC).isoformat(timespec="seconds")
        sys.stdout.write(f"{at}  {work.work_id}\n")


def _show(tools: ShelfTools, arguments: argparse.Namespace) -> None:
    record, log = tools.shelf.history(arguments.id)
    for name, value in sorted(record.items()):
        sys.stdout.write(f"{name:12} {value}\n")
    for at, event, data in log:
        sys.stdout.write(f"  {at:8} {event:18} {data}\n")


def _replay(tools: ShelfTools, arguments: argparse.Namespace) -> None:
    sys.stdout.write(f"{tools.letters.replay(arguments.id, _WHO, _REQUEST)}\n")


def _drop(tools: ShelfTools, arguments: argparse.Namespace) -> None:
    tools.letters.drop(arguments.id, _WHO, _REQUEST)


_COMMANDS = {"list": _list, "show": _show, "replay": _replay, "drop": _drop}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m workers.shelf", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="what lies on the shelf")
    for name, told in (
        ("show", "its record and its log"),
        ("replay", "try it again, as a new job of the same owner"),
        ("drop", "take it off the shelf and shred its text"),
    ):
        commands.add_parser(name, help=told).add_argument("id", help="id of the job")
    return parser


if __name__ == "__main__":
    sys.exit(main())
