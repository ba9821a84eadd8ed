"""What Linux tells of a process and its children: CPU time and memory."""

import os
from collections.abc import Iterator
from pathlib import Path

_TICKS_PER_S = os.sysconf("SC_CLK_TCK")
_KIB = 1024


def cpu_s(pid: int) -> float:
    """Return the seconds of CPU that the process and its living children have used."""
    return sum(_cpu_s(each) for each in family(pid))


def pss_bytes(pid: int) -> int:
    """Return the memory of the process and its children; what they share counts once."""
    return sum(_rollup_kib(each, "Pss:") for each in family(pid)) * _KIB


def family(pid: int) -> Iterator[int]:
    """Yield the process and all that descends from it."""
    yield pid
    for thread in Path(f"/proc/{pid}/task").iterdir():
        for child in (thread / "children").read_text().split():
            yield from family(int(child))


def memory_total_bytes() -> int:
    """Return the machine's memory."""
    return _field_kib(Path("/proc/meminfo"), "MemTotal:") * _KIB


def _cpu_s(pid: int) -> float:
    # Behind the name, which may itself hold spaces and brackets.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS_PER_S


def _rollup_kib(pid: int, name: str) -> int:
    return _field_kib(Path(f"/proc/{pid}/smaps_rollup"), name)


def _field_kib(path: Path, name: str) -> int:
    line = next(line for line in path.read_text().splitlines() if line.startswith(name))
    return int(line.split()[1])
