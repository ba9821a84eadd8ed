import threading

import pytest

from shared.domain.prices import cost_usd
from shared.errors import ProviderTimeoutError
from shared.jobs.leases import Claimant, Ending, Fate, Lease
from shared.jobs.records import Usage
from shared.jobs.states import Status
from tests.stack import until
from tests.unit.workers.services.test_claims import FakeLeaseStore, a_lease
from tests.unit.workers.services.test_metering import CALL, MODEL
from workers.ai.provider import TokenUsage
from workers.services.interrupts import HandedBackError, LeaseLostError, StoppedError
from workers.services.leases import Leases
from workers.services.metering import metered

JOB = "job_1"
TOKENS = {"input_tokens": 100, "cached_tokens": 0, "output_tokens": 50}


class FakeStore(FakeLeaseStore):
    """Gives each piece of work once, and says what became of it."""

    def __init__(self):
        super().__init__()
        self.fate = Fate.HELD
        self.renewals = 0
        self.claimed, self.to_wake = set(), ()
        self.meanwhile = lambda: None

    def claim(self, work_id, queue, claimant, *, claim_id) -> Lease | None:
        if work_id in self.claimed:
            return None
        self.claimed.add(work_id)
        self.meanwhile()
        told = {"queue": queue, "to_wake": self.to_wake}
        return a_lease(work_id=work_id, remaining_ms=60_000, **told)

    def renew(self, leases):
        self.renewals += 1
        self._answer()
        return [(lease, self.fate) for lease in leases]


class FakeQueue:
    """Keeps whom it woke."""

    def __init__(self):
        self.woken = []

    def wake(self, work_id, queue):
        self.woken.append((work_id, str(queue)))


@pytest.fixture
def store():
    return FakeStore()


@pytest.fixture
def queue():
    return FakeQueue()


@pytest.fixture
def leases(store, queue):
    return Leases(store, queue, Claimant("w", "m"))


def work(claim, is_over):
    """Do nothing until stopped, as a call does whose socket somebody else shuts."""
    claim.interrupt.attach(is_over.set)
    assert is_over.wait(60)
    claim.interrupt.check()


class TestClaim:
    def test_work_is_given_once(self, leases):
        with (
            leases.claim(JOB, queue="interactive") as claim,
            leases.claim(JOB, queue="interactive") as second,
        ):
            assert claim.lease.work_id == JOB
            assert second is None

    def test_a_heartbeat_renews_it_while_it_is_held(self, leases, store):
        with leases.claim(JOB, queue="interactive"):
            until(lambda: store.renewals >= 2, lambda: "no heartbeat")

    @pytest.mark.parametrize(("fate", "is_ended"), [(Fate.STOP, True), (Fate.LOST, False)])
    def test_it_stops_as_soon_as_the_heartbeat_hears_of_it(self, leases, store, fate, is_ended):
        store.fate = fate
        with leases.claim(JOB, queue="interactive") as claim:
            work(claim, threading.Event())
        until(lambda: bool(store.ending) == is_ended, lambda: "not ended")

    @pytest.mark.parametrize(("fate", "is_ended"), [(Fate.STOP, True), (Fate.LOST, False)])
    def test_what_cannot_hear_is_ended_over_its_head(self, leases, store, fate, is_ended):
        with leases.claim(JOB, queue="interactive") as claim:
            store.fate = fate
            until(lambda: not leases._held(), lambda: "nobody ended it")
            until(lambda: bool(store.ending) == is_ended, lambda: "not ended")
            ending = store.ending
            with pytest.raises((StoppedError, LeaseLostError)):
                claim.interrupt.check()

        assert store.ending is ending

    @pytest.mark.parametrize("fault", [StoppedError(), ProviderTimeoutError(""), HandedBackError()])
    def test_what_cannot_hear_pays_for_the_call_it_is_in(self, leases, store, fault):
        with (
            leases.claim(JOB, queue="interactive") as claim,
            metered(claim, CALL, MODEL) as meter,
        ):
            meter.read(TokenUsage(100, 0, 50))
            claim.interrupt.stop(fault)
            until(lambda: not leases._held(), lambda: "nobody ended it")
            used = store.ending.usage if store.ending else store.used

        assert used == Usage(100, 0, 50, cost_usd(MODEL, **TOKENS))
        assert claim.usage == used

    def test_it_is_ended_once_when_it_hears_late(self, leases, store):
        store.fate = Fate.STOP
        with leases.claim(JOB, queue="interactive") as claim:
            until(lambda: store.ending, lambda: "nobody ended it")
            store.ending = None
            claim.interrupt.check()

        assert store.ending is None

    def test_what_is_ending_by_itself_is_kept_until_then(self, leases, store):
        with leases.claim(JOB, queue="interactive") as claim:
            store.is_away = True
            ending = threading.Thread(target=claim.finish, args=(Ending(Status.SUCCEEDED),))
            ending.start()
            until(lambda: claim.is_ending, lambda: "it does not end")
            claim.interrupt.stop(ProviderTimeoutError("late"))
            seen = store.renewals  # beats are further apart than what makes it seem deaf
            until(lambda: store.renewals > seen + 2, lambda: "no heartbeat")
            assert leases._held() == [claim]
            store.is_away = False
            ending.join()

        assert store.ending.status is Status.SUCCEEDED
        assert store.given_back == []

    def test_what_is_ended_over_its_head_is_kept_until_then(self, leases, store):
        with leases.claim(JOB, queue="interactive") as claim:
            claim.interrupt.stop(StoppedError())
            store.is_away = True
            until(lambda: claim.is_ending, lambda: "nobody ends it")
            assert leases._held() == [claim]
            store.is_away = False
            until(lambda: not leases._held(), lambda: "not let go")

        assert store.ending.status is Status.CANCELLED

    def test_it_is_held_before_others_are_woken(self, leases, store, queue):
        store.to_wake = ("job_2",)
        held = []
        queue.wake = lambda *_: held.append(len(leases._held()))
        with leases.claim(JOB, queue="bulk"):
            pass

        assert held == [1]

    def test_a_store_that_is_away_stops_nothing(self, leases, store):
        with leases.claim(JOB, queue="interactive") as claim:
            store.is_away, seen = True, store.renewals
            until(lambda: store.renewals > seen + 1, lambda: "no heartbeat")
            claim.interrupt.check()
            store.is_away = False

    def test_a_fault_in_the_heartbeat_does_not_end_it(self, leases, store):
        store._answer = lambda: 1 / 0
        with leases.claim(JOB, queue="interactive"):
            until(lambda: store.renewals >= 2, lambda: "the heartbeat ended")


class TestDrain:
    def test_what_is_not_done_in_time_is_handed_on(self, leases, store, queue):
        draining = threading.Thread(target=leases.drain, args=(0,))
        with leases.claim(JOB, queue="interactive") as claim:
            draining.start()
            work(claim, threading.Event())
        draining.join()
        until(lambda: queue.woken, lambda: "nobody was woken")

        assert store.given_back == [("handed_back", 0)]
        assert queue.woken == [(JOB, "rescue")]

    def test_what_is_done_in_time_is_left_alone(self, leases, store):
        draining = threading.Thread(target=leases.drain, args=(600,))
        with leases.claim(JOB, queue="interactive"):
            draining.start()
            until(lambda: leases._leaving.is_set(), lambda: "it does not leave")
        draining.join(60)

        assert not draining.is_alive()
        assert store.given_back == []

    def test_nothing_new_is_taken(self, leases, store, queue):
        leases.drain(0)
        with leases.claim(JOB, queue="interactive") as claim:
            assert claim is None

        assert store.claimed == set()
        assert len(queue.woken) == 1

    def test_what_was_claimed_meanwhile_is_handed_on(self, leases, store):
        store.meanwhile = lambda: leases.drain(0)
        with leases.claim(JOB, queue="interactive") as claim:
            claim.interrupt.check()

        assert store.given_back == [("handed_back", 0)]
