"""Reads, follows and cancels jobs for whoever owns them."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson

from shared.data.redis.job_events import END, LEFT, JobEvents, LogEntry
from shared.data.redis.job_lists import JobLists
from shared.data.redis.job_store import JobStore
from shared.errors import RequestInvalidError
from shared.jobs.names import QueueName
from shared.jobs.queue import JobQueue
from shared.jobs.records import Idempotency, JobFilter, JobRecord
from shared.jobs.states import EventName
from web.services.event_feed import EventFeed
from web.services.job_views import timestamp, view_job

KEEP_ALIVE_S = 15.0


@dataclass(frozen=True)
class NumberedEvent:
    """An event as clients see it; `data` is JSON."""

    id: int
    name: str
    data: str


@dataclass(frozen=True)
class JobDesk:
    """Everything about jobs that exist."""

    store: JobStore
    events: JobEvents
    feed: EventFeed
    queue: JobQueue
    lists: JobLists

    def find(
        self, job_id: str, *, owner: str, wait_s: float = 0, with_result: bool = True
    ) -> JobRecord:
        """Return the job; with `wait_s`, as soon as it is final, or as it is by then.

        :raises NotFoundError: it is unknown or somebody else's
        :raises GoneError: its keeping time is over
        """
        job = self.store.find(job_id, owner=owner, with_result=with_result)
        if wait_s <= 0 or job.status.is_final:
            return job
        for _ in self._follow(job, job.now_seq, until=time.monotonic() + wait_s):
            pass
        return self.store.find(job_id, owner=owner, with_result=with_result)

    def cancel(self, job_id: str, *, owner: str) -> tuple[JobRecord, bool]:
        """Cancel the job; return it, and whether it has ended by now."""
        has_ended = self.store.cancel(job_id, owner=owner)
        return self.find(job_id, owner=owner), has_ended

    def delete(self, job_id: str, *, owner: str) -> None:
        """Forget the job at once; a live one is cancelled first.

        :raises NotFoundError: it is unknown, somebody else's, or deleted already
        """
        self.store.delete(job_id, owner=owner)

    def page(
        self, owner: str, only: JobFilter, *, limit: int, cursor: str | None
    ) -> tuple[Sequence[JobRecord], str | None]:
        """Return the owner's jobs, newest first and without results, and the next page's cursor.

        :raises RequestInvalidError: this is no cursor of ours
        """
        try:
            return self.lists.page(owner, only, limit=limit, cursor=cursor)
        except ValueError as error:
            fault = {"field": "cursor", "error": str(error)}
            raise RequestInvalidError("Invalid request parameters", details=[fault]) from None

    def retry(
        self, job_id: str, *, owner: str, request_id: str, idempotency: Idempotency | None
    ) -> tuple[JobRecord, bool]:
        """Make a new job of one that ended without success; return it, and whether it was known.

        :raises NotFoundError, GoneError, ConflictError, OverloadedError, IdempotencyMismatchError:
            as in `JobStore.again`
        """
        made = self.store.again(job_id, owner=owner, request_id=request_id, idempotency=idempotency)
        for work_id in made.to_wake:
            self.queue.wake(work_id, QueueName(made.lane))
        return self.find(made.job_id, owner=owner), made.is_replay

    def history(self, job: JobRecord, after: int) -> list[NumberedEvent]:
        """Return what the log holds behind `after` up to now, the final event included."""
        entries = self.events.read({job.work_id: f"{after}-0"})[job.work_id]
        bound = job.final_seq if job.status.is_final else job.now_seq + 1
        seen = [_numbered(e) for e in entries if _is_event(e) and e.seq < bound]
        if job.status.is_final and after < job.final_seq:
            seen.append(final_event(job))
        return seen

    def snapshot(self, job: JobRecord) -> NumberedEvent:
        """Return what stands now, under the number of the last event that it covers."""
        stands = self.standing(job)
        data = orjson.dumps({"status": job.status, **stands}).decode()
        return NumberedEvent(stands["seq"], EventName.SNAPSHOT, data)

    def standing(self, job: JobRecord) -> dict[str, Any]:
        """Return the text and the suggestions that stand now, and under which epoch and number."""
        seen = [e for e in self.history(job, 0) if e.name != f"job.{job.status}"]
        epoch, text = 1, ""
        suggestions: list[Any] = []
        for event in seen:
            data = orjson.loads(event.data)
            if event.name == EventName.OUTPUT_RESET:
                epoch, text, suggestions = data["epoch"], "", []
            elif event.name == EventName.OUTPUT_DELTA:
                text += data["text"]
            elif event.name == EventName.SUGGESTION_CREATED:
                suggestions.append(data["suggestion"])
        last = seen[-1].id if seen else 0
        return {"text": text, "suggestions": suggestions, "epoch": epoch, "seq": last}

    def stream(self, job: JobRecord, *, owner: str, after: int) -> Iterator[NumberedEvent | None]:
        """Yield each event behind `after` as it comes, to the final one; None is for keep-alive."""
        if job.status.is_final:
            yield from self.history(job, after)
            return
        yield from self._follow(job, after)
        yield final_event(self.store.find(job.id, owner=owner))

    def wait_for_more(self, job: JobRecord, after: int, wait_s: float) -> None:
        """Return once there is an event behind `after`, or the time is over."""
        for event in self._follow(job, after, until=time.monotonic() + wait_s):
            if event:
                return

    def _follow(
        self, job: JobRecord, after: int, *, until: float = float("inf")
    ) -> Iterator[NumberedEvent | None]:
        """Yield until the job's end or `until`; None where nothing came for a while."""
        asked, after = (
            after,
            min(after, job.now_seq),
        )  # behind an id that is yet to come, the end would be missed
        with self.feed.follow(job.work_id, f"{after}-0") as subscription:
            while (left_s := until - time.monotonic()) > 0:
                fresh = subscription.next(min(KEEP_ALIVE_S, left_s))
                if not fresh:
                    yield None
                for entry in fresh:
                    if entry.name == END or (entry.name == LEFT and entry.data == job.id):
                        return
                    if _is_event(entry) and entry.seq > asked:
                        yield _numbered(entry)


def final_event(job: JobRecord) -> NumberedEvent:
    """Return the one last event: the job itself, the same bytes whatever is decided later on."""
    data = orjson.dumps({"job": view_job(replace(job, decisions={}))}).decode()
    return NumberedEvent(job.final_seq, f"job.{job.status}", data)


def _is_event(entry: LogEntry) -> bool:
    return entry.note == 0 and entry.name != END


def _numbered(entry: LogEntry) -> NumberedEvent:
    data = entry.data
    if entry.name == EventName.WAITING:
        told = orjson.loads(data)
        data = orjson.dumps(told | {"until": timestamp(told.get("until"))}).decode()
    return NumberedEvent(entry.seq, entry.name, data)
