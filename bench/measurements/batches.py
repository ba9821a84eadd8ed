"""Whole documents: how near their time is to the ideal one, what a change costs, who else waits."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from bench import texts
from bench.client import Client
from bench.figures import Figure, Target, difference, median, ratio
from bench.processes import BenchError
from bench.stack import SLOTS, Stack

BATCHES = "/api/v1/batches"
SECTIONS = 300
TOGETHER = 20
CROWD = 5000  # sections of somebody else
GAP_MS = 50  # 20 pieces: a call takes a second
CALL_S = texts.PIECES * GAP_MS / 1000
_PATIENCE_S = 600


@dataclass(frozen=True)
class Run:
    """A batch that has ended."""

    took_s: float
    calls: int


def measure(stack: Stack, rounds: int) -> list[Figure]:
    """One worker of the bulk lane; the model takes a second for each section."""
    stack.need(stack.web, stack.bulk_worker)
    _run(stack, [texts.document(2 * SLOTS)])  # every thread has its connection after this
    documents = [texts.document(SECTIONS) for _ in range(rounds)]
    first = [_run(stack, [document]) for document in documents]
    again = _run(stack, [documents[0]])
    edited = _run(stack, [texts.edited(documents[0], SECTIONS // 2)])
    many = _run(stack, [texts.document(SECTIONS) for _ in range(TOGETHER)])

    ideal_s = SECTIONS / SLOTS * CALL_S
    took_s = median([run.took_s for run in first])
    return [
        ratio(
            f"batch of {SECTIONS} sections, against the ideal",
            took_s,
            ideal_s,
            unit="s",
            target=Target("<", 1.15),
        ),
        ratio("the same batch again, against the first time", again.took_s, took_s, unit="s"),
        _count("calls for the same batch again", again.calls, Target("=", 0)),
        _count("calls after an edit of one section", edited.calls, Target("<", 4)),
        ratio(
            f"{TOGETHER} such batches at once, against the ideal",
            many.took_s,
            TOGETHER * ideal_s,
            unit="s",
        ),
        _behind_a_crowd(stack, rounds),
    ]


def _run(stack: Stack, documents: Sequence[str]) -> Run:
    """Have them all improved at once, each for the same caller; return when the last has ended."""
    client = _client(stack)
    stack.model.reset(gap_ms=GAP_MS)
    began_s = time.monotonic()
    batches = [client.begin(BATCHES, _order(document)) for document in documents]
    for batch in batches:
        _require_success(client, batch)
    return Run(time.monotonic() - began_s, stack.model.tally().calls)


def _behind_a_crowd(stack: Stack, rounds: int) -> Figure:
    """A single job of the bulk lane, alone and behind the sections of another owner."""
    stack.model.reset(gap_ms=GAP_MS)
    alone = median([_timed_job(stack) for _ in range(rounds)])
    other = stack.client()
    sent = [{"custom_id": str(n), "content": f"{n} big"} for n in range(CROWD)]
    order = {"sections": sent, "prompt": texts.PROMPT}
    batch = other.begin(BATCHES, order)
    while '"running":0' in other.get(f"{BATCHES}/{batch}").replace(" ", ""):
        time.sleep(0.1)
    behind = median([_timed_job(stack) for _ in range(rounds)])
    other.send("POST", f"{BATCHES}/{batch}/cancel")
    name = f"single job behind {CROWD} sections of another, above alone"
    return difference(name, behind, alone, unit="s", target=Target("<", CALL_S))


def _timed_job(stack: Stack) -> float:
    client = stack.client()
    stack.need(client.session)
    began_s = time.monotonic()
    client.finished_job(lane="bulk")
    return time.monotonic() - began_s


_CLIENTS: dict[int, Client] = {}


def _client(stack: Stack) -> Client:
    """Return the one caller of all batches: what is known is known to its owner alone."""
    return _CLIENTS.setdefault(stack.port, stack.client())


def _order(document: str) -> dict[str, object]:
    return {"document": {"content": document, "format": "markdown"}, "prompt": texts.PROMPT}


def _require_success(client: Client, batch: str) -> None:
    ends_at = time.monotonic() + _PATIENCE_S
    while time.monotonic() < ends_at:
        job = client.job(batch, wait_s=30)
        if job["status"] == "succeeded" and job["outcome"] != "partial":
            return
        if job["status"] not in ("queued", "running", "waiting"):
            break
    raise BenchError(f"{batch} is {job['status']}: {job['error']}")


def _count(name: str, calls: int, target: Target) -> Figure:
    return Figure(name, calls, None, calls, target=target)
