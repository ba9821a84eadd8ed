"""What a job adds to the call it makes: to the whole of it, and to its first suggestion."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from bench import texts
from bench.client import Client
from bench.figures import Figure, Target, alternate, difference, median, p99
from bench.model_server import Tally
from bench.stack import Stack

PAIRS = 100
GAP_MS = 8
WARM_UP = 5
ADDED = Target("<", 25, "ms")
FIRST = Target("<", 15, "ms")


@dataclass(frozen=True)
class Followed:
    """One call, from the moment someone wants it to the moment they have it all; in ms."""

    total_ms: float
    before_call_ms: float
    first_edit_ms: float  # after the provider sent the piece that closes the first edit
    after_call_ms: float


def measure(stack: Stack, rounds: int) -> list[Figure]:
    """One at a time, a job and a direct call in turn."""
    stack.need(stack.web, stack.worker)
    client = stack.client()
    stack.model.reset(gap_ms=GAP_MS)
    alternate(WARM_UP, lambda: _job(stack, client), lambda: _direct(stack))

    pairs = max(PAIRS, PAIRS * rounds // 3)
    ours, direct = alternate(pairs, lambda: _job(stack, client), lambda: _direct(stack))

    return [
        *_compared("job, from POST to its last event", "total_ms", ours, direct, ADDED),
        *_compared("… until the provider is called", "before_call_ms", ours, direct, None),
        *_compared("… after the provider's last piece", "after_call_ms", ours, direct, None),
        *_first_edit(ours, direct),
    ]


def _first_edit(ours: Sequence[Followed], direct: Sequence[Followed]) -> list[Figure]:
    """Judge our own delay, not what it adds to the SDK's."""
    name = "first suggestion after the provider's piece with it"
    mine, theirs = _column(ours, "first_edit_ms"), _column(direct, "first_edit_ms")
    return [
        Figure(f"{name}, p50", median(mine), median(theirs), median(mine), "ms", "ms", FIRST),
        Figure(f"{name}, p99", p99(mine), p99(theirs), p99(mine), "ms", "ms"),
    ]


def _compared(
    name: str,
    column: str,
    ours: Sequence[Followed],
    direct: Sequence[Followed],
    target: Target | None,
) -> list[Figure]:
    mine, theirs = _column(ours, column), _column(direct, column)
    return [
        difference(f"{name}, p50", median(mine), median(theirs), unit="ms", target=target),
        difference(f"{name}, p99", p99(mine), p99(theirs), unit="ms"),
    ]


def _column(side: Sequence[Followed], column: str) -> list[float]:
    return [getattr(each, column) for each in side]


def _job(stack: Stack, client: Client) -> Followed:
    began_s = time.monotonic()
    job_id = client.submit(texts.fresh_number())
    events = list(client.events(job_id))
    first = next(event for event in events if event.name == "suggestion.created")
    client.require_success(job_id)
    return _followed(began_s, first.at_s, events[-1].at_s, stack.model.tally())


def _direct(stack: Stack) -> Followed:
    began_s = time.monotonic()
    read_s = [time.monotonic() for _ in stack.caller.stream()]
    ended_s = time.monotonic()
    first_s = read_s[texts.piece_with_first_edit()]
    return _followed(began_s, first_s, ended_s, stack.model.tally())


def _followed(began_s: float, first_s: float, ended_s: float, tally: Tally) -> Followed:
    sent_s = tally.last_sent_s
    return Followed(
        total_ms=(ended_s - began_s) * 1000,
        before_call_ms=(tally.last_called_s - began_s) * 1000,
        first_edit_ms=(first_s - sent_s[texts.piece_with_first_edit()]) * 1000,
        after_call_ms=(ended_s - sent_s[-1]) * 1000,
    )
