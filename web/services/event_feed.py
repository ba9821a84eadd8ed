"""Brings the growth of all logs to whoever follows them, with one Redis reader for the process."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from shared.data.redis.job_events import JobEvents, LogEntry
from shared.errors import StoreUnavailableError

IDLE_S = 1.0
_RECONNECT_S = 0.5
_STALLED_S = 5.0
_STUCK_S = 60.0
_READ_ALL_S = 5.0

log = structlog.get_logger(__name__)


class _Topic:
    """A log that somebody follows: what came in since the first of them."""

    def __init__(self, cursor: str) -> None:
        self.start = _order(cursor)
        self.cursor = cursor
        self.entries: list[LogEntry] = []
        self.followers = 0
        self.grown = threading.Condition()

    def deliver(self, entries: list[LogEntry]) -> None:
        with self.grown:
            fresh = [entry for entry in entries if _order(entry.cursor) > _order(self.cursor)]
            if fresh:
                self.entries += fresh
                self.cursor = fresh[-1].cursor
                self.grown.notify_all()


class Subscription:
    """One follower's place in a log."""

    def __init__(self, topic: _Topic, cursor: str, early: list[LogEntry]) -> None:
        self._topic = topic
        self._early = early
        self._after = _order(early[-1].cursor if early else cursor)
        self._read = 0

    def next(self, timeout_s: float) -> list[LogEntry]:
        """Return what has come since the last call; empty when nothing came in time."""
        if self._early:
            early, self._early = self._early, []
            return early
        with self._topic.grown:
            if self._read == len(self._topic.entries):
                self._topic.grown.wait(timeout_s)
            fresh = self._topic.entries[self._read :]
            self._read = len(self._topic.entries)
        return [entry for entry in fresh if _order(entry.cursor) > self._after]


class EventFeed:
    """Hears which logs have grown and reads just those, once for all who follow.

    The logs are the truth and the channel only says where to look, so after a lost connection all
    logs that are followed are read again from where they stood.
    """

    def __init__(self, events: JobEvents, listener: JobEvents) -> None:
        self._events = events
        self._listener = listener
        self._topics: dict[str, _Topic] = {}
        self._lock = threading.Lock()
        self._reader: threading.Thread | None = None
        self._alive_at = self._turned_at = time.monotonic()

    @contextmanager
    def follow(self, work_id: str, cursor: str) -> Iterator[Subscription]:
        """Give a place in the log behind `cursor`, from which nothing is missed.

        :raises StoreUnavailableError: Redis is away
        """
        topic, is_first = self._join(work_id, cursor)
        try:
            early: list[LogEntry] = []
            if is_first:
                topic.deliver(self._events.read({work_id: cursor})[work_id])
            elif _order(cursor) < topic.start:
                early = self._events.read({work_id: cursor})[work_id]
            yield Subscription(topic, cursor, early)
        finally:
            self._leave(work_id, topic)

    def start(self) -> None:
        """Begin to listen; once for each process, after any fork."""
        with self._lock:
            if self._reader is None:
                self._reader = threading.Thread(target=self._run, name="event-feed", daemon=True)
                self._reader.start()

    @property
    def is_alive(self) -> bool:
        """Whether the reader has heard from Redis within the last seconds."""
        return time.monotonic() - self._alive_at < _STALLED_S

    @property
    def is_stuck(self) -> bool:
        """Whether the reader has ended, or neither heard nor failed to hear for long."""
        if self._reader is None:
            return False
        is_still = time.monotonic() - self._turned_at > _STUCK_S
        return is_still or not self._reader.is_alive()

    def _join(self, work_id: str, cursor: str) -> tuple[_Topic, bool]:
        self.start()
        with self._lock:
            topic = self._topics.get(work_id)
            is_first = topic is None
            if topic is None:
                topic = self._topics[work_id] = _Topic(cursor)
            topic.followers += 1
            return topic, is_first

    def _leave(self, work_id: str, topic: _Topic) -> None:
        with self._lock:
            topic.followers -= 1
            if topic.followers == 0:
                del self._topics[work_id]

    def _run(self) -> None:
        while True:
            self._turned_at = time.monotonic()
            try:
                self._listen()
            except StoreUnavailableError:
                log.warning("event_feed_lost")
            except Exception:
                log.exception("event_feed_broke")
            time.sleep(_RECONNECT_S)

    def _listen(self) -> None:
        read_all_at = float("-inf")
        for grown in self._listener.listen(idle_s=IDLE_S):
            # Now and then all of them: a connection can die without a word.
            reads_all = time.monotonic() - read_all_at > _READ_ALL_S
            with self._lock:
                behind = {
                    work_id: topic
                    for work_id, topic in self._topics.items()
                    if work_id in grown or reads_all
                }
            if behind:
                found = self._events.read({id_: topic.cursor for id_, topic in behind.items()})
                for work_id, topic in behind.items():
                    topic.deliver(found[work_id])
            if reads_all:
                read_all_at = time.monotonic()
            self._alive_at = self._turned_at = time.monotonic()


def _order(cursor: str) -> tuple[int, int]:
    seq, note = cursor.split("-")
    return int(seq), int(note)
