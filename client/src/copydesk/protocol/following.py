"""Following a job's events over connections that break."""

import json
import random
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace

from copydesk.calls import jobs
from copydesk.calls.wire import Answer, Request
from copydesk.errors.own import (
    ConnectionFailedError,
    ConnectionLostError,
    CopydeskError,
    ProtocolError,
)
from copydesk.models.fields import read
from copydesk.models.jobs import FINAL, Event, JobView, Progress, Usage
from copydesk.protocol.exchange import NOBODY, Exchange
from copydesk.protocol.refusals import refusal
from copydesk.protocol.retries import RetryPolicy
from copydesk.protocol.sse import EventStreamParser, Message
from copydesk.protocol.steps import Pause, Renew

PATIENCE_S = 300.0
SILENCE_S = 45.0  # three of the server's keep-alive comments
_MOST_MISSED = 5
_PACE = RetryPolicy(first_s=0.25, longest_s=15.0)
_FINAL_NAMES = frozenset(f"job.{status}" for status in FINAL)


class Following:
    """One reader's place in a job's log; knows where to go on, and when to give up."""

    def __init__(self, exchange: Exchange, job_id: str, after: int, patience_s: float) -> None:
        self.is_over = False
        self._exchange = exchange
        self._job_id = job_id
        self._last_id = after
        self._patience_s = patience_s
        self._heard_at = exchange.clock()
        self._failed = 0
        self._used = NOBODY
        self._has_renewed = False
        self._is_broken = False
        self._missed = 0
        self._parser = EventStreamParser()

    @property
    def is_done(self) -> bool:
        """Whether this connection has no more to give."""
        return self.is_over or self._is_broken

    def request(self) -> Request:
        """Return what opens the next connection."""
        self._parser, self._is_broken = EventStreamParser(), False
        self._used = self._exchange.credentials
        return self._exchange.signed(jobs.events(self._job_id, self._last_id))

    def read(self, piece: bytes) -> Iterator[Event]:
        """Yield the events that are whole with this piece and were not given yet.

        :raises ProtocolError: one is missing, however often it is asked for
        """
        self._heard_at = self._exchange.clock()
        self._has_renewed = False
        for message in self._parser.feed(piece):
            event = _event(message)
            if event is None or event.id <= self._last_id:
                continue
            if event.id > self._last_id + 1:
                self._miss()
                return
            self._last_id, self._failed, self._missed = event.id, 0, 0
            self.is_over = event.name in _FINAL_NAMES
            yield event

    def closed(self) -> Pause:
        """Return what to do now that the server has closed the connection."""
        return self._later(ConnectionFailedError("The stream ended before the job did"))

    def lost(self, error: ConnectionFailedError) -> Pause:
        """Return what to do now that the connection is lost.

        :raises ConnectionLostError: it was too long ago that there was one
        """
        return self._later(error)

    def refused(self, answer: Answer) -> Pause | Renew:
        """Return what to do now that no stream was given.

        :raises ApiError: there will be none
        :raises ConnectionLostError: it was too long ago that there was one
        """
        if answer.status == 204:
            self.is_over = True
            return Pause(0)
        if not self._has_renewed and self._exchange.can_renew(answer, self._used):
            self._has_renewed = True
            return Renew(self._used)
        error = refusal(answer)
        if error.status < 500 and error.status != 429:
            raise error
        return self._later(error, error.retry_after or 0.0)

    def _miss(self) -> None:
        """Ask once more for what is missing.

        :raises ProtocolError: it was asked for often enough
        """
        self._is_broken = True
        self._missed += 1
        if self._missed > _MOST_MISSED:
            raise ProtocolError(f"Behind event {self._last_id} of {self._job_id} one is missing")

    def _later(self, error: CopydeskError, at_least_s: float = 0.0) -> Pause:
        if self.is_over:
            return Pause(0)
        luck = random.random()  # noqa: S311  nothing hangs on nobody guessing it
        pause_s = max(at_least_s, _PACE.backoff_s(self._failed, luck))
        self._failed += 1
        silent_s = self._exchange.clock() - self._heard_at
        if silent_s + pause_s > self._patience_s:
            raise ConnectionLostError(
                f"No contact for {silent_s:.0f} s while following {self._job_id}"
            ) from error
        return Pause(pause_s)


def last_view(view: JobView, event: Event) -> JobView:
    """Return the job as the event shows it."""
    if event.name == "job.progress":
        return replace(view, progress=read(Progress, event.data))
    if event.name == "usage.updated":
        return replace(view, usage=read(Usage, event.data.get("usage", {})))
    told = event.data.get("job")
    is_end = event.name in _FINAL_NAMES and isinstance(told, Mapping)
    return read(JobView, told) if is_end else view


def _event(message: Message) -> Event | None:
    """Return the event, if it has a place in the log."""
    with suppress(ValueError):
        data = json.loads(message.data)
        if isinstance(data, dict):
            return Event(int(message.last_id), message.name, data)
    return None
