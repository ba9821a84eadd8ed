"""A thousand open event streams on one web process: their memory, and who else is served."""

import asyncio
from dataclasses import dataclass
from itertools import cycle, islice

from bench import texts
from bench.client import SUGGESTIONS, Client
from bench.crowd import Caller, gather_callers, leave
from bench.figures import Figure, Target, median, p99, ratio
from bench.load import Load
from bench.processes import BenchError
from bench.served import Served, serve
from bench.stack import SLOTS, Stack

STREAMS = 1000
GAP_MS = 600  # 12 s a job: they all run while the others are served
OTHERS_FOR_S = 3.0
MIB = 1024 * 1024
MEMORY = Target("<", 100, "MiB")


@dataclass(frozen=True)
class Seen:
    """What one crowd did to the web process."""

    before: Served
    meanwhile: Served
    grown_bytes: int
    ended_well: int


def measure(stack: Stack, _rounds: int) -> list[Figure]:
    """As many jobs as the worker has slots, each followed by its share of the streams."""
    stack.need(stack.web, stack.worker)
    client, number = stack.client(), texts.fresh_number()
    client.finished_job(number)
    hit = Load(
        stack.port,
        SUGGESTIONS,
        client.session,
        connections=1,
        first_number=number,
        for_s=OTHERS_FOR_S,
    )
    return _figures(asyncio.run(_follow_all(stack, client, hit)))


def _figures(seen: Seen) -> list[Figure]:
    name, latency = f"{STREAMS:,} open streams", "latency of a cache hit meanwhile"
    during, before = seen.meanwhile.result.latencies_ms, seen.before.result.latencies_ms
    grown_mib = seen.grown_bytes / MIB
    return [
        Figure(f"{name}, memory", grown_mib, None, grown_mib, "MiB", "MiB", MEMORY),
        _count(f"{name}, ended with the job's last event", seen.ended_well, STREAMS),
        _count(f"{name}, other requests refused meanwhile", seen.meanwhile.result.failed, 0),
        ratio(f"{name}, {latency}, p50", median(during), median(before), unit="ms"),
        ratio(f"{name}, {latency}, p99", p99(during), p99(before), unit="ms"),
    ]


def _count(name: str, counted: int, expected: int) -> Figure:
    return Figure(name, counted, None, counted, target=Target("=", expected))


async def _follow_all(stack: Stack, client: Client, hit: Load) -> Seen:
    before = await asyncio.to_thread(serve, hit, stack.web)
    memory_before = stack.web.pss_bytes
    stack.model.reset(gap_ms=GAP_MS)
    jobs = [client.submit(texts.fresh_number()) for _ in range(SLOTS)]
    callers = await gather_callers(stack.port, STREAMS)
    followed = list(zip(callers, islice(cycle(jobs), STREAMS), strict=True))
    try:
        await asyncio.gather(*(_open(caller, client.session, job) for caller, job in followed))
        meanwhile = await asyncio.to_thread(serve, hit, stack.web)
        grown_bytes = stack.web.pss_bytes - memory_before
        if stack.model.tally().ended:
            raise BenchError("jobs ended while the others were served: raise GAP_MS")
        ends = await asyncio.gather(*(_end(caller) for caller in callers))
    finally:
        leave(callers)
    return Seen(before, meanwhile, grown_bytes, sum(ends))


async def _open(caller: Caller, session: str, job_id: str) -> None:
    request = (
        f"GET /api/v1/jobs/{job_id}/events HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Accept: text/event-stream\r\nX-Session-Id: {session}\r\n\r\n"
    )
    await caller.send(request.encode())
    await caller.read_to(b": open\n\n")


async def _end(caller: Caller) -> bool:
    stream = await caller.read_to(b"\r\n0\r\n\r\n")
    return b"event: job.succeeded\n" in stream
