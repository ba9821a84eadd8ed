import threading
import time
from unittest.mock import Mock

import orjson
import pytest
from redis.exceptions import ResponseError

from shared.jobs.leases import Ending
from shared.jobs.records import Event
from shared.jobs.states import Status
from tests.clock import HandClock
from tests.stack import until
from tests.unit.workers.services.test_claims import FakeLeaseStore, a_lease
from workers.services.claims import Claim
from workers.services.interrupts import Interrupt, StoppedError
from workers.services.text_flows import Pacer, TextFlow

OTHER = Event("other", "{}")


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """Return the clock by which text is overdue; threads sleep as ever."""
    clock = HandClock()
    clock.sleep = time.sleep
    monkeypatch.setattr("workers.services.text_flows.time", clock)
    return clock


@pytest.fixture
def store():
    return FakeLeaseStore()


@pytest.fixture
def claim(store):
    return Claim(a_lease(epoch=2), Interrupt(total_s=60), store)


@pytest.fixture
def flow(claim):
    return TextFlow(claim)


def told(events):
    return [orjson.loads(e.data)["text"] if e.name == "output.delta" else e.name for e in events]


class TestTextFlow:
    def test_the_first_text_is_told_at_once_and_what_follows_is_gathered(self, flow, store):
        for text in ("a", "b", "c"):
            flow.add(text)

        assert told(store.log) == ["a"]
        assert orjson.loads(store.log[0].data)["epoch"] == 2

    def test_much_text_is_told_at_once(self, flow, store):
        flow.add("a")
        flow.add("b" * 400)

        assert told(store.log) == ["a", "b" * 400]

    def test_text_that_waited_is_told_with_the_next(self, flow, store, clock):
        flow.add("a")
        flow.add("b")
        clock.now += 0.05
        flow.add("c")

        assert told(store.log) == ["a", "bc"]

    def test_other_events_keep_their_place(self, flow, store):
        flow.add("a")
        flow.add("b")
        flow.tell(OTHER)
        flow.add("c")

        assert told(store.log) == ["a", "b", "other"]
        assert flow.text == "abc"

    def test_what_was_not_told_is_given_back_at_the_end(self, flow, store):
        flow.add("a")
        flow.add("b")
        rest = flow.end()
        flow.add("c")
        flow.tell_overdue()

        assert (told(store.log), told(rest), flow.text) == (["a"], ["b"], "ab")

    def test_what_the_store_refused_is_told_once(self, claim, flow, store):
        store.append, append = Mock(side_effect=ResponseError("BUSY")), store.append
        with pytest.raises(ResponseError):
            flow.add("a")
        store.append = append
        flow.add("b")
        claim.finish(Ending(Status.FAILED, last_events=flow.end()))

        assert told(store.log) == ["ab"]

    def test_what_came_when_the_work_was_stopped_is_given_back_too(self, claim, flow, store):
        claim.interrupt.stop(StoppedError())
        with pytest.raises(StoppedError):
            flow.add("a")

        assert (told(store.log), told(flow.end()), flow.text) == ([], ["a"], "a")


class TestPacer:
    def test_it_tells_what_waits_when_no_more_comes(self, flow, store, clock):
        with Pacer().watch(flow):
            flow.add("a")
            flow.add("b")
            clock.now += 0.05
            until(lambda: len(store.log) == 2, lambda: "nobody told it")

        assert told(store.log) == ["a", "b"]

    def test_a_stop_is_for_the_works_own_thread(self, claim, flow, store, clock):
        pacer, other = Pacer(), Mock()
        with pacer.watch(flow), pacer.watch(other):
            flow.add("a")
            flow.add("b")
            claim.interrupt.stop(StoppedError())
            clock.now += 0.05
            seen = other.tell_overdue.call_count
            # In the second round from now it has come by both, and lives.
            until(lambda: other.tell_overdue.call_count > seen + 2, lambda: "the pacer ended")

        assert told(store.log) == ["a"]
        assert told(flow.end()) == ["b"]

    def test_one_thread_serves_all(self, claim):
        pacer, before = Pacer(), pacers()
        with pacer.watch(TextFlow(claim)), pacer.watch(TextFlow(claim)):
            assert pacers() == before + 1


def pacers():
    return sum(thread.name == "pacer" for thread in threading.enumerate())
