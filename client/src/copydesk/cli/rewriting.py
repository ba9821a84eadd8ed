"""Writes a file so that whoever reads it finds the old text or the new one, whole."""

import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from copydesk.cli.exits import CommandError, ExitCode


class ChangedMeanwhileError(CommandError):
    """The file is no longer what was read: it is left as it is."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} was changed meanwhile and is left as it is. Run the command again: "
            "what did not change is not paid for a second time.",
            ExitCode.PARTIAL,
        )


def rewrite(path: Path, content: bytes, *, expected: bytes) -> None:
    """Put the content in the place of what is expected there, by a rename.

    :raises ChangedMeanwhileError: something else stands there by now
    """
    target = Path(os.path.realpath(path))  # a link goes on to be one
    _check(path, target, expected)
    _replace(target, content, lambda: _check(path, target, expected))


def write_new(path: Path, content: bytes) -> None:
    """Write a file that the caller named as the place of the result; a device is written to."""
    target = Path(os.path.realpath(path))
    try:
        if path.exists() and not target.is_file():
            path.write_bytes(content)
            return
    except OSError as error:
        raise _unwritable(path, error) from error
    _replace(target, content, lambda: None)


def _replace(target: Path, content: bytes, check: Callable[[], None]) -> None:
    try:
        number, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    except OSError as error:
        raise _unwritable(target, error) from error
    beside = Path(name)
    try:
        with os.fdopen(number, "wb") as sink:
            sink.write(content)
            sink.flush()
            os.fsync(sink.fileno())
        _take_after(target, beside)
        check()  # again, as late as can be
        beside.replace(target)
    except OSError as error:
        raise _unwritable(target, error) from error
    finally:
        with suppress(FileNotFoundError):
            beside.unlink()


def _take_after(target: Path, beside: Path) -> None:
    """Give the new file the old one's mode, and its owner where that is allowed."""
    try:
        old = target.stat()
    except FileNotFoundError:
        beside.chmod(0o666 & ~_umask())
        return
    if hasattr(os, "chown"):
        with suppress(PermissionError):
            os.chown(beside, old.st_uid, old.st_gid)
    beside.chmod(old.st_mode & 0o7777)  # last: a new owner takes away some bits


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _check(path: Path, target: Path, expected: bytes) -> None:
    try:
        found = target.read_bytes()
    except FileNotFoundError as error:
        raise ChangedMeanwhileError(str(path)) from error
    if found != expected:
        raise ChangedMeanwhileError(str(path))


def _unwritable(target: Path, error: OSError) -> CommandError:
    return CommandError(f"{target} cannot be written: {error.strerror}.", ExitCode.FAILED)
