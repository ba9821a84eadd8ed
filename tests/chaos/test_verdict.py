"""The judge finds each fault that it is there to find."""

import pytest

from tests.chaos.ledger import (
    LATE,
    LIVE,
    Accepted,
    Called,
    Complaint,
    Fault,
    Ledger,
    Look,
    Ordered,
    Seen,
    Stored,
)
from tests.chaos.verdict import judge

EDIT, OTHER = {"id": "sg_1", "suggested": "large"}, {"id": "sg_2_1", "suggested": "wide"}
LOG = (
    ("job.queued", None),
    ("job.started", 1),
    ("suggestion.created", EDIT),
    ("usage.updated", None),
    ("job.succeeded", None),
)
TWO_TRIES = (*LOG[:3], ("output.reset", None), ("suggestion.created", OTHER), *LOG[3:])


def seen(reader, log=LOG, job="j1", first=1):
    """Return the events of a log as a reader gets them, with the numbers of their places."""
    return [
        Seen(job, reader, number, name, f"{name} {told}", told)
        for number, (name, told) in enumerate(log, first)
    ]


def look(status="succeeded", **more):
    return Look("j1", status, **{"attempt": 1, "suggestions": [EDIT]} | more)


def verdict(*, live=None, late=None, looks=None, more=()):
    """Return what is said of one job, which went well but for what is given."""
    ledger = Ledger()
    ledger.add(Ordered("k1", "succeeded", None), Accepted("k1", "j1", replayed=False))
    ledger.add(Called("k1"))
    ledger.add(*(seen(LIVE) if live is None else live), *(seen(LATE) if late is None else late))
    ledger.add(*(looks or (look(), look())), Stored("j1", ends=1), *more)
    return judge(ledger)


def test_it_finds_nothing_in_a_run_without_faults():
    assert (verdict().faults, verdict().accepted, verdict().calls_above) == ((), 1, 0)


class TestLost:
    @pytest.mark.parametrize("end", [look("404"), look("running"), look("failed", code="X")])
    def test_it_finds_a_job_that_did_not_end_as_it_should(self, end):
        assert len(verdict(looks=(end, end)).lost) == 1

    def test_it_finds_a_job_that_nobody_could_look_at(self):
        ledger = Ledger()
        ledger.add(Ordered("k1", "succeeded", None), Accepted("k1", "j1", replayed=False))

        assert judge(ledger).lost

    def test_it_finds_an_order_that_was_never_accepted(self):
        assert len(verdict(more=[Ordered("k2", "succeeded", None)]).lost) == 1

    def test_it_takes_the_failure_that_was_expected(self):
        failed = look("failed", code="POISONED")
        log = (*LOG[:2], ("job.failed", None))
        expected = Ordered("k1", "failed", "POISONED")

        assert not verdict(
            live=seen(LIVE, log), late=seen(LATE, log), looks=(failed, failed), more=[expected]
        ).faults


class TestFinishedTwice:
    def test_it_finds_two_final_events(self):
        log = (*LOG, ("job.failed", None))

        assert verdict(live=seen(LIVE, log), late=seen(LATE, log)).twice

    def test_it_finds_a_log_that_ends_twice(self):
        assert len(verdict(more=[Stored("j1", ends=2)]).twice) == 1

    @pytest.mark.parametrize("later", [look("failed"), look(attempt=2)])
    def test_it_finds_an_end_that_changed(self, later):
        assert len(verdict(looks=(look(), later)).twice) == 1

    def test_it_finds_two_jobs_under_one_key(self):
        assert verdict(more=[Accepted("k1", "j2", replayed=False)]).twice == ("k1: j1 and j2",)

    def test_it_finds_a_job_in_the_store_that_nobody_was_told_of(self):
        assert len(verdict(more=[Stored("j2", ends=1)]).twice) == 1

    def test_it_finds_a_job_that_was_charged_twice(self):
        log = (*LOG[:4], *LOG[3:])

        assert verdict(live=seen(LIVE, log), late=seen(LATE, log)).twice


class TestStuck:
    @pytest.mark.parametrize("status", ["queued", "running", "waiting"])
    def test_it_finds_a_job_that_has_not_ended(self, status):
        assert len(verdict(looks=(look(status), look(status))).stuck) == 1

    def test_it_finds_a_job_that_a_set_still_names(self):
        assert verdict(more=[Stored("j1", 1, ("leases",))]).stuck == ("j1: still in leases",)


class TestEvents:
    def test_it_finds_a_gap(self):
        live, late = seen(LIVE), seen(LATE)

        assert len(verdict(live=[*live[:1], *live[2:]], late=[*late[:1], *late[2:]]).events) == 1

    def test_it_finds_an_event_that_came_twice(self):
        live, late = seen(LIVE), seen(LATE)

        assert len(verdict(live=[*live[:2], *live[1:]], late=[*late[:2], *late[1:]]).events) == 1

    @pytest.mark.parametrize("log", [(), LOG[:-1]])
    def test_it_finds_a_reader_who_was_never_told_the_end(self, log):
        assert len(verdict(live=seen(LIVE, log), late=seen(LATE, log)).events) == 1

    def test_it_finds_a_log_that_does_not_begin_with_1(self):
        assert len(verdict(live=seen(LIVE, first=2), late=seen(LATE, first=2)).events) == 1

    def test_it_finds_other_bytes_for_a_later_reader(self):
        late = seen(LATE, (*LOG[:2], ("suggestion.created", OTHER), *LOG[3:]))

        assert len(verdict(late=late).events) == 1

    def test_it_finds_a_result_that_is_not_what_was_told(self):
        other = look(suggestions=[OTHER])

        assert len(verdict(looks=(other, other)).events) == 1

    def test_it_counts_only_what_stands_after_the_last_reset(self):
        other = look(suggestions=[OTHER])
        live, late = seen(LIVE, TWO_TRIES), seen(LATE, TWO_TRIES)

        assert not verdict(live=live, late=late, looks=(other, other)).faults
        assert verdict(live=live, late=late).events


class TestFigures:
    def test_it_measures_from_the_fault_to_the_next_start(self):
        log = [Seen("j1", LIVE, n, "job.started", "", n, at=at) for n, at in ((1, 1.0), (2, 7.5))]
        faults = [Fault("too early", at=0.5), Fault("kill", at=3.0), Fault("too late", at=8.0)]

        assert verdict(live=log, more=faults).takeovers_s == (4.5,)

    def test_it_counts_calls_that_were_not_needed(self):
        assert verdict(more=[Called("k1")]).calls_above == 1

    def test_a_broken_promise_is_a_fault(self):
        assert verdict(more=[Complaint("no Retry-After")]).faults == ("no Retry-After",)
