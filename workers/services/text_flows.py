"""Tells a text while it is written: gathered, so that Redis is not written for each token."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import orjson

from shared.jobs.records import Event
from shared.jobs.states import EventName
from workers.services.claims import Claim

_GATHER_S = 0.04
_MOST_GATHERED = 400  # characters


class TextFlow:
    """The text of one attempt; its deltas, put together, are the text.

    Two threads tell of it: the job's own, as text comes, and the pacer's, when none does.
    """

    def __init__(self, claim: Claim) -> None:
        self._claim = claim
        self._lock = threading.Lock()
        self._text: list[str] = []
        self._gathered = ""
        self._told_at = float("-inf")
        self._is_over = False

    def add(self, text: str) -> None:
        """Tell the text, soon.

        :raises LeaseLostError, StoppedError, HandedBackError, ProviderTimeoutError: stop at once
        """
        with self._lock:
            if self._is_over:
                return  # the attempt was ended over the head of this thread
            self._text.append(text)
            self._gathered += text
            if len(self._gathered) >= _MOST_GATHERED or self._is_due():
                self._tell()

    def tell(self, *events: Event) -> None:
        """Tell all text that came before, and then these events; raises as `add` does."""
        with self._lock:
            self._tell(*events)

    def tell_overdue(self) -> None:
        """Tell what has waited long enough; whatever stops the work is for its own thread."""
        if self._lock.acquire(blocking=False):
            try:
                if self._is_due():
                    with suppress(Exception):
                        self._tell()
            finally:
                self._lock.release()

    def end(self) -> tuple[Event, ...]:
        """Tell nothing any more; return what is still to be told."""
        with self._lock:
            self._is_over = True
            return (self._delta(),) if self._gathered else ()

    @property
    def text(self) -> str:
        """All of the text so far."""
        return "".join(self._text)

    def _is_due(self) -> bool:
        return bool(self._gathered) and time.monotonic() >= self._told_at + _GATHER_S

    def _tell(self, *events: Event) -> None:
        if self._is_over:
            return
        told = (self._delta(), *events) if self._gathered else events
        if told:
            self._claim.emit(*told)  # raises before it takes them, or takes them all
        self._gathered, self._told_at = "", time.monotonic()

    def _delta(self) -> Event:
        told = {"epoch": self._claim.lease.epoch, "text": self._gathered}
        return Event(EventName.OUTPUT_DELTA, orjson.dumps(told).decode())


class Pacer:
    """Sees to it that no text waits for the next piece of it: one thread for all of a process."""

    def __init__(self) -> None:
        self._flows: set[TextFlow] = set()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    @contextmanager
    def watch(self, flow: TextFlow) -> Iterator[None]:
        """Tell what is overdue of this text, as long as the block lasts."""
        with self._changed:
            self._flows.add(flow)
            self._changed.notify()
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="pacer", daemon=True)
                self._thread.start()
        try:
            yield
        finally:
            with self._changed:
                self._flows.discard(flow)

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._flows)
                flows = list(self._flows)
            for flow in flows:
                flow.tell_overdue()
            time.sleep(_GATHER_S / 2)
