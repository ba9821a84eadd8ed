"""The folder through which processes share their counts, so that one page shows them all.

Each process writes files of its own, named by its pid. Counters of a process that is gone stay, so
that they never go down. What it held open does not.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from prometheus_client import CollectorRegistry, multiprocess, values

_NAME = ".process"


class MetricsFolder:
    """What the processes of one machine have written down; for others it means nothing."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def use(self) -> None:
        """Make this process count here. The library finds the folder by a variable."""
        self._path.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(self._path.resolve())
        values.ValueClass = values.MultiProcessValue()  # type: ignore[no-untyped-call]

    def announce(self, process: str) -> None:
        """Say what this process is called."""
        (self._path / f"{os.getpid()}{_NAME}").write_text(process)

    def gather(self, registry: CollectorRegistry) -> None:
        """Let the registry show the sums over all processes."""
        for pid, _ in self._announced():
            if not Path(f"/proc/{pid}").exists() and Path("/proc/self").exists():
                self.forget(pid)
        multiprocess.MultiProcessCollector(registry, str(self._path))  # type: ignore[no-untyped-call]

    def processes(self) -> dict[int, str]:
        """Return the names of the processes that count here, by pid."""
        return dict(self._announced())

    def forget(self, pid: int) -> None:
        """Let go of what a process held that has ended; what it counted stays."""
        (self._path / f"{pid}{_NAME}").unlink(missing_ok=True)
        with suppress(FileNotFoundError):  # another one was at it
            multiprocess.mark_process_dead(pid, str(self._path))  # type: ignore[no-untyped-call]

    def _announced(self) -> Iterator[tuple[int, str]]:
        for path in self._path.glob(f"*{_NAME}"):
            with suppress(FileNotFoundError):
                yield int(path.stem), path.read_text()
