import threading
from dataclasses import fields

import orjson
import pytest

from shared.errors import ContentRefusedError, ProviderError, StoreUnavailableError
from shared.jobs.leases import Ending, GivenBack, Lease, Wait
from shared.jobs.names import JobKind
from shared.jobs.provider_calls import WaitReason
from shared.jobs.records import Event, Usage
from shared.jobs.states import Status
from workers.ai.provider import NotNowError
from workers.services.claims import Claim, ended_by_one_rule
from workers.services.interrupts import (
    HandedBackError,
    Interrupt,
    LeaseLostError,
    StoppedError,
)

ONE, TWO = Event("one", "{}"), Event("two", "{}")


class FakeLeaseStore:
    """Keeps a log and an ending for whoever holds the work; may be away."""

    def __init__(self):
        self.log, self.ending, self.given_back = [], None, []
        self.is_away, self.is_lost = False, False
        self.answer = GivenBack.DONE

    def append(self, lease, events, *, known_seq):
        self._answer()
        if self.is_lost:
            return None
        self.log += events
        return len(self.log)

    def finish(self, lease, ending, *, known_seq):
        self._answer()
        self.ending = ending
        self.log += ending.last_events
        return not self.is_lost

    def give_back(self, lease, why, usage, *, wait_ms=0):
        self.used = usage
        self.given_back.append((why, wait_ms))
        return self.answer, "rescue"

    def put_off(self, lease, wait, usage):
        self.wait = wait
        return self.give_back(lease, wait.reason, usage, wait_ms=wait.wait_ms)

    def _answer(self):
        if self.is_away:
            raise StoreUnavailableError("away")


@pytest.fixture
def store():
    return FakeLeaseStore()


def a_lease(**changed):
    held = {
        "work_id": "job_1",
        "request_id": "req-7",
        "waits": 0,
        "seq": 0,
        "kind": JobKind.SUGGESTION,
    } | changed
    rest = {each.name: each.type() for each in fields(Lease) if each.name not in held}
    return Lease(**held, **rest)


@pytest.fixture
def claim(store):
    return Claim(a_lease(), Interrupt(total_s=60), store)


def end(claim, error, woken=None):
    """Let the error end the attempt, as `Leases.claim` does."""
    ending = ended_by_one_rule(claim, (woken if woken is not None else []).append)
    next(ending)
    with pytest.raises(StopIteration):
        ending.throw(error)


class TestEmit:
    def test_while_redis_is_away_events_wait(self, claim, store):
        store.is_away = True
        claim.emit(ONE)
        store.is_away = False
        claim.emit(TWO)

        assert store.log == [ONE, TWO]

    def test_what_waits_comes_with_the_end(self, claim, store):
        store.is_away = True
        claim.emit(ONE)
        store.is_away = False
        claim.finish(Ending(Status.SUCCEEDED, last_events=(TWO,)))

        assert store.log == [ONE, TWO]

    def test_work_that_is_lost_stops(self, claim, store):
        store.is_lost = True

        with pytest.raises(LeaseLostError):
            claim.emit(ONE)

    def test_work_that_was_stopped_says_no_more(self, claim, store):
        claim.interrupt.stop(StoppedError())
        with pytest.raises(StoppedError):
            claim.emit(ONE)

        assert store.log == []

    def test_what_another_thread_has_ended_is_not_ended_again(self, claim, store):
        ending = threading.Thread(target=claim.is_first_to_end)
        ending.start()
        ending.join()
        with pytest.raises(LeaseLostError):
            claim.finish(Ending(Status.SUCCEEDED))

        assert store.ending is None

    def test_an_ending_that_broke_is_followed_by_one_that_tells_of_it(self, claim, store):
        assert claim.is_first_to_end()
        end(claim, ValueError())

        assert store.ending.status is Status.FAILED


class TestTheOneRule:
    def test_what_cannot_be_mended_ends_the_job(self, claim, store):
        end(claim, ContentRefusedError("No."))
        told = orjson.loads(store.ending.error)

        assert store.ending.status is Status.FAILED
        assert (told["code"], told["request_id"]) == ("CONTENT_REFUSED", "req-7")

    def test_what_may_pass_is_put_off(self, claim, store):
        end(claim, ProviderError("Later.", retry_after_ms=7000))

        assert store.given_back == [("provider_backoff", 7000)]
        assert store.ending is None

    def test_what_may_pass_too_late_ends_the_job(self, claim, store):
        store.answer = GivenBack.TOO_LATE
        end(claim, ProviderError("Later."))

        assert orjson.loads(store.ending.error)["code"] == "PROVIDER_ERROR"

    def test_a_call_that_was_not_made_waits_and_is_no_try(self, claim, store):
        end(claim, NotNowError(WaitReason.BUDGET, 3000))

        assert store.wait == Wait("budget", 3000, is_try=False)
        assert store.ending is None

    @pytest.mark.parametrize(
        ("reason", "code"),
        [(WaitReason.CIRCUIT_OPEN, "CIRCUIT_OPEN"), (WaitReason.BUDGET, "OVERLOADED")],
    )
    def test_a_call_that_cannot_be_made_in_time_ends_the_job(self, claim, store, reason, code):
        store.answer = GivenBack.TOO_LATE
        end(claim, NotNowError(reason, 9000))
        told = orjson.loads(store.ending.error)

        assert (told["code"], told["retry_after_ms"]) == (code, 9000)

    def test_a_fault_of_ours_shows_nothing_of_itself(self, claim, store):
        end(claim, ValueError("the writer's words"))
        told = orjson.loads(store.ending.error)

        assert told["code"] == "PROCESSING_ERROR"
        assert "words" not in told["message"]

    def test_a_fault_of_ours_is_no_present(self, claim, store):
        claim.count = lambda: Usage(100, 0, 50, 0.25)
        end(claim, ValueError())

        assert store.ending.usage == Usage(100, 0, 50, 0.25)

    def test_what_was_stopped_is_finished(self, claim, store):
        end(claim, StoppedError())

        assert store.ending.status is Status.CANCELLED

    def test_what_was_lost_is_left_alone(self, claim, store):
        end(claim, LeaseLostError())

        assert (store.ending, store.given_back) == (None, [])

    def test_who_leaves_hands_on_and_wakes_another(self, claim, store):
        woken = []
        end(claim, HandedBackError(), woken)

        assert store.given_back == [("handed_back", 0)]
        assert woken == [claim]


class TestBeforeEnding:
    @pytest.fixture
    def asked(self, claim):
        """Return how often the work was asked for what there is."""
        times = []
        claim.before_ending = lambda: times.append(1) or (TWO,)
        return times

    @pytest.mark.parametrize("error", [StoppedError(), ContentRefusedError("No."), ValueError()])
    def test_what_there_is_is_kept_and_told_last(self, claim, store, asked, error):
        claim.emit(ONE)
        end(claim, error)

        assert (store.log, asked) == ([ONE, TWO], [1])

    @pytest.mark.parametrize(
        "error", [LeaseLostError(), HandedBackError(), ProviderError("Later.")]
    )
    def test_what_others_will_do_keeps_nothing(self, claim, asked, error):
        end(claim, error)

        assert asked == []

    def test_a_fault_in_it_does_not_keep_the_job_from_its_end(self, claim, store):
        claim.before_ending = lambda: 1 / 0
        end(claim, StoppedError())

        assert store.ending.status is Status.CANCELLED
