"""Brings MongoDB up to date by hand: `python -m workers.migrate [--again | --list]`."""

import argparse
import sys

from shared.errors import AppError, SettingsError
from shared.settings import load_settings
from workers.upkeep import MongoTools, build_mongo_tools


def main() -> int:
    """Make the indexes and take the steps that are not done; return the exit status."""
    arguments = _parser().parse_args()
    try:
        tools = build_mongo_tools(load_settings())
        return _list(tools) if arguments.list else _migrate(tools, again=arguments.again)
    except (SettingsError, AppError) as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _list(tools: MongoTools) -> int:
    for name in tools.migrations.pending():
        sys.stdout.write(f"{name}\n")
    return 0


def _migrate(tools: MongoTools, *, again: bool) -> int:
    tools.indexes.make()
    if again:
        tools.migrations.forget()
    if not tools.migrations.run():
        sys.stderr.write("Another process is at it\n")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m workers.migrate", description=__doc__)
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--list", action="store_true", help="only name the steps to be taken")
    choice.add_argument("--again", action="store_true", help="look at all records once more")
    return parser


if __name__ == "__main__":
    sys.exit(main())
