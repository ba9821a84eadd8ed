"""Jobs per second and CPU per job of one worker, against a bare Celery task with the same call."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from bench import texts
from bench.client import SUGGESTIONS, Client
from bench.figures import Figure, Target, alternate, median, ratio
from bench.load import Load
from bench.processes import Process
from bench.served import serve
from bench.stack import SLOTS, Stack

JOBS = 300
GAP_MS = 50  # 20 pieces: a call takes a second
SETTLE_S = 0.5
TARGET = Target("≥", 0.75)


@dataclass(frozen=True)
class Done:
    """A queue that was worked off."""

    jobs_per_s: float
    cpu_ms_each: float


def measure(stack: Stack, rounds: int) -> list[Figure]:
    """Both workers meet a queue that is full already, and the other one stands still meanwhile."""
    stack.need(stack.web, stack.worker, stack.bare_worker)
    client = stack.client()
    for each in (stack.worker, stack.bare_worker):
        each.pause()
    _ours(stack, client, 2 * SLOTS)  # every thread has its connection after these
    _bare(stack, 2 * SLOTS)

    ours, bare = alternate(rounds, lambda: _ours(stack, client, JOBS), lambda: _bare(stack, JOBS))

    rates = [median([done.jobs_per_s for done in side]) for side in (ours, bare)]
    costs = [median([done.cpu_ms_each for done in side]) for side in (ours, bare)]
    return [
        ratio(f"jobs/s of one worker, {SLOTS} slots", *rates, unit="/s", target=TARGET),
        ratio("CPU of the worker per job", *costs, unit="ms"),
    ]


def _ours(stack: Stack, client: Client, count: int) -> Done:
    load = Load(
        stack.port,
        SUGGESTIONS,
        client.session,
        status=202,
        first_number=texts.fresh_number(),
        distinct=True,
        count=count,
    )
    ids = serve(load, stack.web).result.ids
    done = _work_off(stack, stack.worker, count, lambda: client.require_success(ids[-1]))
    for job_id in ids:
        client.require_success(job_id)
    return done


def _bare(stack: Stack, count: int) -> Done:
    stack.send_bare_tasks(count)
    return _work_off(stack, stack.bare_worker, count, lambda: None)


def _work_off(stack: Stack, worker: Process, count: int, settle: Callable[[], None]) -> Done:
    """From the first call that the model's server sees to the end of the last one."""
    stack.model.reset(gap_ms=GAP_MS)
    cpu_before_s = worker.cpu_s
    worker.resume()
    tally = stack.model.wait_for(ended=count)
    settle()
    time.sleep(SETTLE_S)
    cpu_s = worker.cpu_s - cpu_before_s
    worker.pause()
    return Done(count / (tally.last_ended_s - tally.first_called_s), cpu_s / count * 1000)
