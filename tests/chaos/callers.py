"""The load: callers who submit, repeat, follow to the end and come back after every break."""

import asyncio
import hashlib
import itertools
import time
from collections.abc import Sequence
from contextlib import suppress

import orjson

from tests.chaos.ledger import LATE, LIVE, Accepted, Broken, Complaint, Ledger, Look, Ordered, Seen
from tests.chaos.orders import Order
from tests.chaos.verdict import FINAL, FINAL_EVENTS
from tests.chaos.wire import (
    Answer,
    BrokenLineError,
    RefusedError,
    Request,
    UnansweredError,
    WireEvent,
    ask,
    streaming,
)

_AGAIN_S = 0.1
_LONGEST_WAIT_S = 2.0
_LOOKING_AT_ONCE = 24
_EXAMINED_WITHIN_S = 60.0
_WHY = {RefusedError: "refused", UnansweredError: "unanswered"}


class Callers:
    """Several sessions that share two doors, as a balancer would share them out."""

    def __init__(self, ledger: Ledger, ports: Sequence[int], sessions: Sequence[str]) -> None:
        self._ledger = ledger
        self._doors = itertools.cycle(ports)
        self._sessions = itertools.cycle(sessions)
        self.session_of: dict[str, str] = {}  # by job
        self._gives_up_at = float("inf")

    async def run(self, orders: Sequence[Order], patience_s: float) -> None:
        """Ask for all and follow each to its end, or until patience is over."""
        began = time.monotonic()
        self._gives_up_at = began + patience_s
        self._ledger.add(
            *(Ordered(each.key, each.status, each.code, each.sections) for each in orders)
        )
        with suppress(TimeoutError):
            async with asyncio.timeout(patience_s), asyncio.TaskGroup() as group:
                for order in orders:
                    await asyncio.sleep(began + order.at_s - time.monotonic())
                    group.create_task(self._submit_and_follow(order))

    async def retry(self, job: str) -> None:
        """Ask for what failed once more, and follow that."""
        session, key = self.session_of[job], f"retry-{job}"
        self._ledger.add(Ordered(key, "succeeded", None))
        answer = await self._ask(Request("POST", f"/api/v1/jobs/{job}/retry", session), key)
        if answer and answer.status == 202:
            new = answer.json()["id"]
            self.session_of[new] = session
            self._ledger.add(Accepted(key, new, replayed=False))
            await self._read(new, LIVE)

    async def examine(self) -> None:
        """Look at every job, read its whole history, and look again."""
        at_once = asyncio.Semaphore(_LOOKING_AT_ONCE)
        self._gives_up_at = time.monotonic() + _EXAMINED_WITHIN_S

        async def one(job: str) -> None:
            async with at_once:
                first = await self._look(job)
                if first in FINAL:
                    await self._read(job, LATE)
                await self._look(job)

        async with asyncio.TaskGroup() as group:
            for job in list(self.session_of):
                group.create_task(one(job))

    async def _submit_and_follow(self, order: Order) -> None:
        session, job = next(self._sessions), None
        headers = {"Idempotency-Key": order.key}
        request = Request("POST", order.path, session, headers, order.body)
        while job is None and self._has_patience:
            answer = await self._ask(request, order.key)
            if answer and answer.status in (200, 202):
                job = answer.json()["id"]
                replayed = answer.headers.get("idempotent-replayed") == "true"
                self.session_of[job] = session
                self._ledger.add(Accepted(order.key, job, replayed))
            elif answer:
                await self._come_back(answer, order.key)
        if job:
            await self._read(job, LIVE)

    async def _ask(self, request: Request, about: str) -> Answer | None:
        try:
            return await ask(next(self._doors), request)
        except BrokenLineError as error:
            await self._note_break(error, about)
            return None

    async def _read(self, job: str, reader: str) -> None:
        """Follow the job to its final event, from wherever the last connection broke."""
        after = 0
        while self._has_patience:
            headers = {"Last-Event-ID": str(after)} if after else {}
            request = Request("GET", f"/api/v1/jobs/{job}/events", self.session_of[job], headers)
            try:
                async with streaming(next(self._doors), request) as (answer, events):
                    async for event in events:
                        after = event.id
                        self._ledger.add(_seen(job, reader, event))
                        if event.name in FINAL_EVENTS:
                            return
            except BrokenLineError as error:
                await self._note_break(error, job)
                continue
            if answer.status in (204, 404, 410):
                return
            await self._come_back(answer, job)

    async def _look(self, job: str) -> str:
        """Note the job as it is now, and return its status."""
        answer = None
        while answer is None and self._has_patience:
            request = Request("GET", f"/api/v1/jobs/{job}", self.session_of[job])
            answer = await self._ask(request, job)
        if answer is None:
            return "unknown"
        look = _look(job, answer)
        self._ledger.add(look)
        return look.status

    async def _come_back(self, answer: Answer, about: str) -> None:
        """Wait as the answer says; a stream that ended early may be asked for at once."""
        self._ledger.add(Broken(about, str(answer.status)))
        if answer.status == 503 and "retry-after" not in answer.headers:
            self._ledger.add(Complaint(f"{about}: 503 without Retry-After"))
        if answer.status not in (200, 503):
            self._ledger.add(Complaint(f"{about}: answered {answer.status} {answer.body[:200]!r}"))
        told_s = float(answer.headers.get("retry-after", _AGAIN_S))
        await asyncio.sleep(min(told_s, _LONGEST_WAIT_S))

    async def _note_break(self, error: BrokenLineError, about: str) -> None:
        self._ledger.add(Broken(about, _WHY.get(type(error), "broken")))
        await asyncio.sleep(_AGAIN_S)

    @property
    def _has_patience(self) -> bool:
        return time.monotonic() < self._gives_up_at


async def new_session(port: int) -> str:
    """Return the id of a session of its own."""
    answer = await ask(port, Request("POST", "/api/v1/auth/anonymous"))
    return answer.json()["session_id"]


def _seen(job: str, reader: str, event: WireEvent) -> Seen:
    digest, told = hashlib.sha256(event.data).hexdigest()[:16], None
    if event.name == "suggestion.created":
        told = orjson.loads(event.data)["suggestion"]
    elif event.name == "job.started":
        told = orjson.loads(event.data)["attempt"]
    elif event.name.startswith("section."):
        told = orjson.loads(event.data)["section_id"]
    return Seen(job, reader, event.id, event.name, digest, told)


def _look(job: str, answer: Answer) -> Look:
    if answer.status != 200:
        return Look(job, str(answer.status))
    shown = answer.json()
    return Look(
        job,
        shown["status"],
        (shown["error"] or {}).get("code"),
        shown["attempt"],
        (shown["result"] or {}).get("suggestions"),
    )
