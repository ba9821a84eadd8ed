"""Where the command line keeps what it has to remember, and how."""

import json
import os
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import typer

_NAME = "copydesk"


def config_folder() -> Path:
    """Return the folder of the credentials."""
    return Path(typer.get_app_dir(_NAME))


def state_folder() -> Path:
    """Return the folder of what is under way."""
    if sys.platform in ("win32", "darwin"):
        return config_folder() / "state"
    home = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(home) / _NAME


def read_record(path: Path) -> dict[str, Any]:
    """Return the record, empty where there is none or where it cannot be understood."""
    try:
        found = json.loads(path.read_bytes())
    except (FileNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def write_record(path: Path, record: Mapping[str, Any], *, if_new: bool = False) -> bool:
    """Put a record there, whole and for its owner's eyes alone; whether this one stands there.

    With `if_new` one that stands there already is left, however close the race.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    number, name = tempfile.mkstemp(prefix=".new-", dir=path.parent)  # 0600 by itself
    beside = Path(name)
    try:
        with os.fdopen(number, "w", encoding="utf-8") as sink:
            json.dump(record, sink)
            sink.flush()
            os.fsync(sink.fileno())
        if not if_new:
            beside.replace(path)
            return True
        return _placed(beside, path)
    finally:
        with suppress(FileNotFoundError):
            beside.unlink()


def _placed(beside: Path, path: Path) -> bool:
    try:
        if sys.platform == "win32":
            beside.rename(path)  # which refuses there what a rename replaces elsewhere
        else:
            os.link(beside, path)
    except FileExistsError:
        return False
    except OSError:  # a file system without links
        if path.exists():
            return False
        beside.replace(path)
    return True
