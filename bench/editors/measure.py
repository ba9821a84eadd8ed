"""Starts the writers against a stack, watches it meanwhile, and judges what came of it."""

import json
import subprocess
import sys
from dataclasses import asdict, dataclass

from bench.editors.plan import OVER, PLATEAU, Plan, Told
from bench.editors.watch import Watch, jobs_ended
from bench.processes import BenchError
from bench.stack import ROOT, Stack

FIRST_MS, GAP_MS = 300, 90  # the first token, then 19 pieces: two seconds in all
WRITERS, SECONDS = 80, 120.0
_RAMP_SHARE = 0.25  # of the time on the plateau


@dataclass(frozen=True)
class Loaded:
    """One run that is over."""

    plan: Plan
    told: Told
    watch: Watch
    ended: int  # jobs, of the whole run, as the metrics count them

    @property
    def faults(self) -> list[str]:
        """All that must not be."""
        found = [*self.told.faults, *self.told.lost]
        if self.ended != self.told.accepted:
            counted = f"{self.told.accepted} jobs were accepted, {self.ended} ended by the metrics"
            found.append(counted)
        return found


def measure(stack: Stack, *, writers: int, seconds: float) -> Loaded:
    """Let so many writers come, and stay for so long.

    :raises BenchError: they could not even begin
    """
    stack.model.reset(gap_ms=GAP_MS, first_ms=FIRST_MS)
    pids = stack.processes | {"model server": stack.model.pid}
    plan = Plan(stack.port, writers, seconds * _RAMP_SHARE, seconds)
    ended_before = jobs_ended(stack.port)
    command = [sys.executable, "-m", "bench.editors.run", json.dumps(asdict(plan))]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as play:  # noqa: S603
        try:
            watch = Watch(stack.port, pids | {"writers": play.pid}, stack.redis_uri)
            _await(play, PLATEAU)
            watch.start()
            _await(play, OVER)
            watch.stop()
            told = Told.read(_line(play))
        finally:
            play.kill()
    ended = jobs_ended(stack.port) - ended_before
    return Loaded(plan, told, watch, ended.total())


def _await(play: subprocess.Popen[str], moment: str) -> None:
    if _line(play) != moment:
        raise BenchError(f"the writers never came to: {moment}")


def _line(play: subprocess.Popen[str]) -> str:
    assert play.stdout
    return play.stdout.readline().strip()
