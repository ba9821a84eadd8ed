"""A thousand identical requests of one owner at once: one call, a thousand right answers."""

import asyncio
import json
import time

from bench import texts
from bench.client import SUGGESTIONS
from bench.crowd import Caller, gather_callers, leave
from bench.figures import Figure, Target
from bench.stack import Stack

REQUESTS = 1000
GAP_MS = 50
WAIT_S = 60


def measure(stack: Stack, _rounds: int) -> list[Figure]:
    """All connections are open first; then all requests are sent."""
    stack.need(stack.web, stack.worker)
    session = stack.client().session
    stack.model.reset(gap_ms=GAP_MS)
    began_s = time.monotonic()
    answers = asyncio.run(_ask_all(stack.port, session))
    took_s = time.monotonic() - began_s
    calls, right = stack.model.tally().calls, sum(map(_is_right, answers))
    name = f"{REQUESTS:,} identical requests at once"
    return [
        Figure(f"{name}, provider calls", calls, None, calls, target=Target("=", 1)),
        Figure(f"{name}, right answers", right, None, right, target=Target("=", REQUESTS)),
        Figure(f"{name}, until all are answered", took_s, None, took_s, "s", "s"),
    ]


async def _ask_all(port: int, session: str) -> list[bytes]:
    callers = await gather_callers(port, REQUESTS)
    request = _request(session)

    async def ask(caller: Caller) -> bytes:
        await caller.send(request)
        return await caller.read_body()

    try:
        return list(await asyncio.gather(*map(ask, callers)))
    finally:
        leave(callers)


def _request(session: str) -> bytes:
    body = texts.body(texts.fresh_number())
    head = (
        f"POST {SUGGESTIONS} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"X-Session-Id: {session}\r\nPrefer: wait={WAIT_S}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _is_right(answer: bytes) -> bool:
    job = json.loads(answer)
    return job.get("status") == "succeeded" and texts.is_right_result(job["result"])
