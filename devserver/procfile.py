"""The Procfile: which processes make up an installation."""

import re
from pathlib import Path

from devserver.errors import StartError

_LINE = re.compile(r"(?P<name>[A-Za-z0-9_-]+):\s*(?P<command>\S.*)")


def read_procfile(path: Path) -> dict[str, str]:
    """Return the command line of each process type, in the file's order.

    :raises StartError: where a line is not `name: command`, or a name stands twice
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise StartError(f"{path} cannot be read: {error.strerror}") from error

    commands: dict[str, str] = {}
    for number, line in enumerate(map(str.strip, text.splitlines()), start=1):
        if not line or line.startswith("#"):
            continue
        match = _LINE.fullmatch(line)
        if match is None:
            raise StartError(f"{path}, line {number}: write `name: command`")
        if match["name"] in commands:
            raise StartError(f"{path}, line {number}: {match['name']} stands there twice")
        commands[match["name"]] = match["command"]
    return commands
