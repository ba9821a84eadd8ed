"""Runs programs on what strangers wrote, where neither time nor memory can be run out of."""

import os
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import IO

from shared.errors import OverloadedError

AT_ONCE = 2  # in one process of the web tier: each may take half a gigabyte
MOST_CPU_S = 10
MOST_TIME_S = 30.0
MOST_MEMORY_BYTES = 512 * 1024 * 1024
MOST_OUTPUT_BYTES = 32 * 1024 * 1024
_PATIENCE_S = 5.0
_RETRY_MS = 5000
# The shell sets bounds that hold even when nobody is left to watch, and becomes the program.
_BOUNDED = (
    'ulimit -t "$1" && ulimit -f "$2" && ulimit -c 0 || exit 126; '
    '[ "$3" = 0 ] || ulimit -v "$3" 2>/dev/null; shift 3; exec "$@"'
)
_BLOCK_BYTES = 512  # in which `ulimit -f` counts
_HEAP_EXHAUSTED = 251  # pandoc's own, at the bound that it is given


class ExhaustedError(Exception):
    """The program would have taken more than it may."""


class RefusedError(Exception):
    """The program could make nothing of what it was given."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass(frozen=True)
class Program:
    """What to run. One that reserves memory it never uses has to keep its bound itself."""

    command: Sequence[str]
    bounds_its_memory: bool = False
    environment: Mapping[str, str] = field(default_factory=dict)


class Cage:
    """A few programs at once; what is more waits a moment, and then is told to come back.

    Under gevent `subprocess` and `threading` are gevent's: nobody but the caller is held up.
    """

    def __init__(self, *, at_once: int = AT_ONCE, patience_s: float = _PATIENCE_S) -> None:
        self._places = threading.BoundedSemaphore(at_once)
        self._patience_s = patience_s

    @contextmanager
    def place(self) -> Iterator[None]:
        """Hold one of the few places.

        :raises OverloadedError: all stay taken
        """
        if not self._places.acquire(timeout=self._patience_s):
            raise OverloadedError("Too many files are being converted", retry_after_ms=_RETRY_MS)
        try:
            yield
        finally:
            self._places.release()

    def run(self, program: Program, content: bytes) -> bytes:
        """Return what the program makes of the content.

        :raises ExhaustedError: it reached a bound, and was ended
        :raises RefusedError: it gave up
        """
        # Files, for a pipe would have to be fed and emptied at the same time.
        with (
            tempfile.TemporaryDirectory(prefix="copydesk-") as folder,
            tempfile.TemporaryFile(dir=folder) as source,
            tempfile.TemporaryFile(dir=folder) as sink,
        ):
            source.write(content)
            source.seek(0)
            status = _finish(_start(program, source, sink, folder))
            if status < 0 or status == _HEAP_EXHAUSTED:
                raise ExhaustedError
            if status:
                raise RefusedError(status)
            sink.seek(0)
            return sink.read()


def _start(
    program: Program, source: IO[bytes], sink: IO[bytes], folder: str
) -> subprocess.Popen[bytes]:
    memory_kib = 0 if program.bounds_its_memory else MOST_MEMORY_BYTES // 1024
    bounds = (MOST_CPU_S, MOST_OUTPUT_BYTES // _BLOCK_BYTES, memory_kib)
    return subprocess.Popen(  # noqa: S603 - the programs are our own
        ["/bin/sh", "-c", _BOUNDED, "cage", *map(str, bounds), *program.command],
        stdin=source,
        stdout=sink,
        stderr=subprocess.DEVNULL,  # it would quote the text
        cwd=folder,
        env={"LANG": "C.UTF-8", "HOME": folder, "TMPDIR": folder, **program.environment},
        start_new_session=True,
    )


def _finish(process: subprocess.Popen[bytes]) -> int:
    """Return its exit status, the number of a signal below zero."""
    try:
        return process.wait(MOST_TIME_S)
    except subprocess.TimeoutExpired:
        return -signal.SIGKILL
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
