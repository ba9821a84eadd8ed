"""Runs the load generator against a server and sees what it cost the server."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from bench.figures import Figure, Target, median, ratio
from bench.load import Load, LoadResult
from bench.processes import BenchError, Process
from bench.stack import ROOT


@dataclass(frozen=True)
class Served:
    """A load and its price."""

    result: LoadResult
    cpu_ms_each: float


def serve(load: Load, server: Process) -> Served:
    """Send the load from a process of its own.

    :raises BenchError: an answer had another status
    """
    cpu_before_s = server.cpu_s
    command = [sys.executable, "-m", "bench.load", json.dumps(asdict(load))]
    answer = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE)  # noqa: S603
    result = LoadResult(**json.loads(answer.stdout))
    if result.failed:
        told = f"{result.failed} of {result.done} answers were not {load.status}"
        raise BenchError(f"{load.path}: {told}; the first:\n{result.first_failure}")
    return Served(result, (server.cpu_s - cpu_before_s) / result.sent * 1000)


def rate_figures(
    name: str, ours: Sequence[Served], bare: Sequence[Served], target: Target
) -> list[Figure]:
    """Return the rows of two servers that met the same load in turn."""
    return [
        ratio(
            f"{name}, requests/s",
            median([served.result.per_s for served in ours]),
            median([served.result.per_s for served in bare]),
            unit="/s",
            target=target,
        ),
        ratio(
            f"{name}, CPU of the web process per request",
            median([served.cpu_ms_each for served in ours]),
            median([served.cpu_ms_each for served in bare]),
            unit="ms",
        ),
        ratio(
            f"{name}, the load generator's share of a core",
            median([served.result.generator_share for served in ours]),
            median([served.result.generator_share for served in bare]),
            unit="",
        ),
    ]
