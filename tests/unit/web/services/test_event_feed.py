import queue
import threading
from contextlib import ExitStack

import pytest

from shared.data.redis.job_events import LogEntry
from shared.errors import StoreUnavailableError
from tests.stack import until
from web.services import event_feed
from web.services.event_feed import EventFeed

WORK, OTHER = "job_1", "job_2"
PATIENCE_S = 60


class FakeEvents:
    """Logs in memory, and a channel that tells of their growth; may be cut."""

    def __init__(self):
        self.logs = {WORK: [], OTHER: []}
        self.reads, self.failed = [], []
        self.is_away = False
        self._news = queue.Queue()

    def grow(self, work_id=WORK, *, told=True):
        number = len(self.logs[work_id]) + 1
        self.logs[work_id].append(LogEntry(number, 0, f"event-{number}", "{}"))
        if told:
            self._news.put({work_id})

    def cut(self):
        """Let the listener lose its connection."""
        self._news.put(None)

    def read(self, after):
        self.reads.append(dict(after))
        if self.is_away:
            self.failed += after
            raise StoreUnavailableError("away")
        starts = {work_id: int(cursor.split("-")[0]) for work_id, cursor in after.items()}
        return {work_id: self.logs[work_id][start:] for work_id, start in starts.items()}

    def listen(self, *, idle_s):
        yield set()
        while (grown := self._news.get()) is not None:
            yield grown
        raise StoreUnavailableError("cut")


@pytest.fixture
def events():
    return FakeEvents()


@pytest.fixture
def feed(events, monkeypatch):
    for name in ("_READ_ALL_S", "_STALLED_S"):  # a busy machine stands still for longer
        monkeypatch.setattr(event_feed, name, 600.0)
    started = EventFeed(events, events)
    started.start()
    return started


def read(subscription, count):
    """Return the names of the next entries."""
    names = []
    while len(names) < count:
        fresh = subscription.next(PATIENCE_S)
        assert fresh, names
        names += [entry.name for entry in fresh]
    return names


class TestFollow:
    def test_it_gives_what_was_there_and_what_comes(self, events, feed):
        events.grow()
        with feed.follow(WORK, "0-0") as subscription:
            early = read(subscription, 1)
            events.grow()

            assert (early, read(subscription, 1)) == (["event-1"], ["event-2"])

    def test_it_begins_behind_the_cursor(self, events, feed):
        events.grow()
        events.grow()
        with feed.follow(WORK, "1-0") as subscription:
            assert read(subscription, 1) == ["event-2"]

    def test_who_comes_late_gets_the_whole_history(self, events, feed):
        events.grow()
        with feed.follow(WORK, "1-0") as early, feed.follow(WORK, "0-0") as late:
            events.grow()

            assert read(early, 1) == ["event-2"]
            assert read(late, 2) == ["event-1", "event-2"]

    def test_who_comes_later_begins_behind_their_own_cursor(self, events, feed):
        with feed.follow(WORK, "0-0") as first:
            events.grow()
            events.grow()
            read(first, 2)
            with feed.follow(WORK, "1-0") as second:
                assert read(second, 1) == ["event-2"]

    def test_many_followers_cost_no_more_reads_than_one(self, events, feed):
        with ExitStack() as stack:
            followers = [stack.enter_context(feed.follow(WORK, "0-0")) for _ in range(50)]
            events.grow()
            for subscription in followers:
                read(subscription, 1)

        assert len(events.reads) <= 3  # the first follower's, the news, and a first catching up

    def test_it_waits_no_longer_than_asked(self, feed):
        with feed.follow(WORK, "0-0") as subscription:
            assert subscription.next(0.01) == []

    def test_a_store_that_is_away_is_said(self, events, feed):
        events.is_away = True

        with pytest.raises(StoreUnavailableError), feed.follow(WORK, "0-0"):
            pass

    def test_what_nobody_follows_is_not_read(self, events, feed):
        with feed.follow(WORK, "0-0") as subscription:
            events.grow(OTHER)
            events.grow(WORK)
            read(subscription, 1)

        assert not [asked for asked in events.reads if OTHER in asked]

    def test_each_goes_at_their_own_pace(self, events, feed):
        seen = {}

        def follow(name):
            with feed.follow(WORK, "0-0") as subscription:
                seen[name] = read(subscription, 20)

        threads = [threading.Thread(target=follow, args=(name,)) for name in range(5)]
        for thread in threads:
            thread.start()
        for _ in range(20):
            events.grow()
        for thread in threads:
            thread.join(PATIENCE_S)

        assert list(seen.values()) == [[f"event-{n}" for n in range(1, 21)]] * 5


class TestALostConnection:
    def test_what_came_meanwhile_is_read_again(self, events, feed):
        with feed.follow(WORK, "0-0") as subscription:
            events.grow()
            read(subscription, 1)
            events.cut()
            events.grow(told=False)

            assert read(subscription, 1) == ["event-2"]

    def test_a_read_that_failed_loses_nothing(self, events, feed):
        with feed.follow(WORK, "0-0") as subscription:
            events.is_away = True
            events.grow()
            until(lambda: WORK in events.failed, lambda: "nobody read")
            events.is_away = False

            assert read(subscription, 1) == ["event-1"]

    def test_it_is_alive_as_long_as_it_hears(self, feed):
        with feed.follow(WORK, "0-0"):
            assert feed.is_alive

    def test_it_is_stuck_when_nothing_comes_of_it_for_long(self, feed, monkeypatch):
        monkeypatch.setattr(event_feed, "_STUCK_S", -1.0)

        assert feed.is_stuck

    def test_one_that_nobody_has_needed_yet_is_not(self, events, monkeypatch):
        monkeypatch.setattr(event_feed, "_STUCK_S", -1.0)

        assert not EventFeed(events, events).is_stuck
