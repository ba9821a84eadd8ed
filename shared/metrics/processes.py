"""What the processes of this machine take, as Linux tells it; elsewhere nothing is told."""

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from shared.metrics.definitions import PROCESS_CPU, PROCESS_FILES, PROCESS_MEMORY
from shared.metrics.readings import Reading

_CPU_FIELDS = slice(11, 13)  # user and system time, counted behind the name: see proc(5)
_PAGES_FIELD = 21


def process_readings(names: Mapping[int, str]) -> Iterator[Reading]:
    """Yield what each process takes that still lives."""
    for pid, name in names.items():
        with suppress(OSError):
            yield from _readings(Path("/proc") / str(pid), (name, str(pid)))


def _readings(folder: Path, labels: tuple[str, str]) -> list[Reading]:
    # The name may hold blanks and brackets of its own.
    fields = (folder / "stat").read_text().rpartition(") ")[2].split()
    ticks = sum(map(int, fields[_CPU_FIELDS]))
    pages = int(fields[_PAGES_FIELD])
    return [
        Reading(PROCESS_CPU, labels, ticks / os.sysconf("SC_CLK_TCK")),
        Reading(PROCESS_MEMORY, labels, pages * os.sysconf("SC_PAGE_SIZE")),
        Reading(PROCESS_FILES, labels, len(os.listdir(folder / "fd"))),
    ]
