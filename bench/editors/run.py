"""Plays the writers, in a process of its own.

`python -m bench.editors.run '{"port": …}'`: a Plan in JSON comes in; the lines `plateau` and `over`
go out when these moments come, and at last what was told, as JSON.
"""

import json
import logging
import sys
import time
from collections import Counter
from dataclasses import asdict

from locust.env import Environment
from locust.stats import StatsEntry

from bench.editors.ledger import Ledger, settle
from bench.editors.plan import OVER, PLATEAU, Kind, Plan, Told
from bench.editors.writers import Writer

_TO_AN_END_S = 90  # what writers are at when the time is over


def run(plan: Plan) -> Told:
    """Let the writers come, stay and go."""
    ledger: Ledger = {}
    Writer.port, Writer.ledger, Writer.is_over = plan.port, ledger, False
    world = Environment(user_classes=[Writer])
    faults: Counter[str] = Counter()
    world.events.user_error.add_listener(  # type: ignore[no-untyped-call]
        lambda exception, **_: faults.update([f"{type(exception).__name__}: {exception}"])
    )
    kinds = _play(plan, world)
    ends, lost = settle(ledger)
    return Told(
        kinds=kinds,
        requests=sum(kind.count for kind in kinds if not kind.is_span),
        faults=[f"{count} times {fault}" for fault, count in faults.most_common()],
        accepted=sum(len(jobs) for _, jobs in ledger.values()),
        ends=dict(ends),
        lost=lost,
    )


def _play(plan: Plan, world: Environment) -> list[Kind]:
    runner = world.create_local_runner()
    runner.start(plan.writers, spawn_rate=plan.writers / plan.ramp_s)
    time.sleep(plan.ramp_s)
    world.stats.reset_all()
    _say(PLATEAU)
    time.sleep(plan.plateau_s)
    kinds = [_kind(entry) for entry in world.stats.entries.values() if entry.num_requests]
    _say(OVER)
    # Not by `runner.quit`: it may throw a writer out who has just begun a request.
    Writer.is_over = True
    gives_up_at = time.monotonic() + _TO_AN_END_S
    while runner.user_count and time.monotonic() < gives_up_at:
        time.sleep(0.1)
    runner.quit()
    return sorted(kinds, key=lambda kind: kind.name)


def _kind(entry: StatsEntry) -> Kind:
    p50, p95, p99 = map(entry.get_response_time_percentile, (0.5, 0.95, 0.99))
    return Kind(entry.name, entry.num_requests, p50, p95, p99)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    logging.disable(logging.ERROR)  # each fault is told once, at the end
    _say(json.dumps(asdict(run(Plan(**json.loads(sys.argv[1]))))))
