"""The state machine of batches and their sections, on a real Redis."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from redis import Redis

from shared.data.redis import batches
from shared.errors import BudgetExceededError, ConflictError, GoneError, NotFoundError
from shared.jobs.leases import GivenBack, Lease
from shared.jobs.names import JobKind
from shared.jobs.states import Outcome, Status
from tests.functional import batch_checks as check
from tests.functional.batch_desk import USER, BatchDesk, Wish
from tests.functional.lane_checks import counts_are_those_of_the_records
from tests.functional.test_job_machine import walk

_ANY = st.integers(0, 999)
_DOCUMENTS = [
    ("new", "new", "new", "new", "new"),
    ("mark-a", "new", "mark-b"),
    ("mark-b", "mark-a", "mark-b", "known"),
    ("new", "nothing", "new", "known", "new"),
    ("nothing", "known"),
    (),
]
_WISHES = st.builds(
    Wish,
    sections=st.sampled_from(_DOCUMENTS),
    cap_usd=st.sampled_from([None, None, 0.0, 0.15, 0.3]),
    stops=st.booleans(),
    mark=st.sampled_from([None, None, "m"]),
    key=st.sampled_from([None, None, "k"]),
    expires_in_ms=st.sampled_from([None, None, 60_000]),
)


class BatchMachine(RuleBasedStateMachine):
    """Planners, sections and their owners at any moment, late and lost ones included."""

    redis: Redis

    def __init__(self) -> None:
        super().__init__()
        self.desk = BatchDesk(self.redis)
        self.jobs: list[str] = []
        self.wishes: dict[str, Wish] = {}
        self.leases: dict[str, Lease] = {}
        self.late: list[Lease] = []
        self.ended: dict[str, tuple[str, str]] = {}

    @rule(wish=_WISHES, how_far=st.sampled_from(["admitted", "claimed", "begun", "out", "out"]))
    def submit(self, wish: Wish, how_far: str) -> None:
        try:
            job = self.desk.submit(wish)
        except BudgetExceededError:
            return
        self._note(job, wish)
        if how_far != "admitted" and self._status(job) == Status.QUEUED:
            self._claim(job, "v")
            if how_far != "claimed" and job in self.leases:
                self._plan(self.leases[job], None if how_far == "out" else 1)

    def _note(self, job: str, wish: Wish) -> None:
        self.jobs.append(job)
        self.wishes.setdefault(self.redis.hget(self.desk.keys.job(job), "work"), wish)

    @rule(which=_ANY, worker=st.sampled_from("vw"), most=st.integers(1, 3))
    def claim(self, which: int, worker: str, most: int) -> None:
        for _ in range(most):
            found = self.desk.records().items()
            works = [w for w, record in found if record["status"] == Status.QUEUED]
            if works:
                self._claim(_pick(works, which), worker)

    def _claim(self, work: str, worker: str) -> None:
        if work in self.leases:
            self.late.append(self.leases.pop(work))
        lease = self.desk.claim(work, worker)
        if lease:
            assert all(lease.fence > one.fence for one in self.late if one.work_id == work)
            self.leases[work] = lease

    @precondition(lambda self: self._held(JobKind.BATCH))
    @rule(which=_ANY, steps=st.integers(0, 2), sets_out=st.booleans())
    def plan(self, which: int, steps: int, sets_out: bool) -> None:
        held = self._held(JobKind.BATCH)
        if held:
            self._plan(_pick(held, which), None if sets_out else steps)

    def _plan(self, lease: Lease, steps: int | None) -> None:
        self.desk.spawn(lease, self.wishes[lease.work_id], steps)
        if steps is None:
            assert self.desk.batches.set_out(lease)

    @precondition(lambda self: self._held(JobKind.SECTION))
    @rule(
        which=_ANY,
        status=st.sampled_from([Status.SUCCEEDED, Status.SUCCEEDED, Status.FAILED]),
        outcome=st.sampled_from([Outcome.COMPLETE, Outcome.PARTIAL]),
        share=st.sampled_from([0.5, 1.0]),
    )
    def finish(self, which: int, status: Status, outcome: Outcome, share: float) -> None:
        held = self._held(JobKind.SECTION)
        if held:
            assert self.desk.finish(_pick(held, which), status, outcome, share)

    @precondition(lambda self: self._held(JobKind.BATCH))
    @rule(which=_ANY)
    def fail_to_plan(self, which: int) -> None:
        held = self._held(JobKind.BATCH)
        if held and which % 4 == 0:
            assert self.desk.finish(_pick(held, which), Status.FAILED, Outcome.COMPLETE)

    @precondition(lambda self: self._held(*JobKind))
    @rule(which=_ANY, wait_ms=st.sampled_from([0, 10_000]), share=st.sampled_from([0, 0.5]))
    def give_back(self, which: int, wait_ms: int, share: float) -> None:
        held = self._held(*JobKind)
        if held:
            lease = _pick(held, which)
            if self.desk.give_back(lease, wait_ms, share) is GivenBack.DONE:
                self.late.append(self.leases.pop(lease.work_id))

    @precondition(lambda self: self._held(*JobKind))
    @rule(which=_ANY, is_late=st.booleans())
    def lose_the_worker(self, which: int, is_late: bool) -> None:
        held = self._held(*JobKind)
        if held:
            lease = _pick(held, which)
            if is_late:
                self.redis.hset(self.desk.keys.work(lease.work_id), "deadline", 1)
            self.desk.be_due(self.desk.keys.leases, [lease.work_id])
            self.desk.sweep()
            self.late.append(self.leases.pop(lease.work_id))

    @precondition(lambda self: self.late)
    @rule(which=_ANY)
    def come_late(self, which: int) -> None:
        lease = _pick(self.late, which)
        before = (
            self.redis.xinfo_stream(self.desk.keys.log(lease.work_id))["length"]
            if (self.redis.exists(self.desk.keys.log(lease.work_id)))
            else 0
        )
        if lease.kind is JobKind.BATCH:
            self.desk.spawn(lease, self.wishes[lease.work_id])
        used = dict(self.desk.used)
        if not self.desk.finish(lease, Status.SUCCEEDED, Outcome.COMPLETE):
            assert self.redis.xlen(self.desk.keys.log(lease.work_id)) == before
        self.desk.used = used

    @rule(which=_ANY, place=st.sampled_from(["parked", "starts"]))
    def let_time_pass(self, which: int, place: str) -> None:
        key = getattr(self.desk.keys, place)
        waiting = self.redis.zrange(key, 0, -1)
        if waiting:
            self.desk.be_due(key, waiting if place == "parked" else [_pick(waiting, which)])
        self.desk.sweep()

    @precondition(lambda self: self.jobs)
    @rule(which=_ANY, deletes=st.booleans(), is_meant=st.integers(1, 3).map(lambda n: n == 3))
    def leave(self, which: int, deletes: bool, is_meant: bool) -> None:
        if not is_meant:
            return
        job = _pick(self.jobs, which)
        owner = self.redis.hget(self.desk.keys.job(job), "owner")
        if deletes:
            self.desk.jobs.delete(job, owner=owner)
            self.jobs.remove(job)
        else:
            self.desk.jobs.cancel(job, owner=owner)

    @precondition(lambda self: self.jobs)
    @rule(which=_ANY)
    def try_again(self, which: int) -> None:
        job = _pick(self.jobs, which)
        wish = self.wishes[self.redis.hget(self.desk.keys.job(job), "work")]
        try:
            made = self.desk.jobs.again(job, owner=None, request_id="r")
        except (BudgetExceededError, ConflictError, GoneError, NotFoundError):
            return
        self._note(made.job_id, wish)

    @precondition(lambda self: len(self.jobs) > 1)
    @rule()
    def log_in(self) -> None:
        if self.desk.caller.owner != USER:
            self.desk.log_in()

    @rule(at_most=st.integers(1, 2))
    def move_some(self, at_most: int) -> None:
        if self.desk.caller.owner == USER:
            self.desk.moves.move_some(self.desk.session, USER, at_most=at_most)

    @invariant()
    def it_holds(self) -> None:
        check.money_is_never_more_than_the_limit(self.desk)
        check.purses_hold_what_runs(self.desk)
        check.work_is_in_one_place(self.desk)
        check.lines_hold_what_is_held(self.desk)
        counts_are_those_of_the_records(self.redis, self.desk.space)
        for work in filter(self._status, self.wishes):
            check.a_log_is_dense_and_ends_once(self.desk, work)
            check.sections_add_up(self.desk, work)

    @invariant()
    def what_ended_never_changes(self) -> None:
        for work, record in self.desk.records().items():
            if work in self.wishes and Status(record["status"]).is_final:
                now = (record["status"], record["seq"])
                assert self.ended.setdefault(work, now) == now

    def teardown(self) -> None:
        """Let all come to its end; then leave nothing, for all runs share the store."""
        try:
            self._run_out()
            for work in filter(self._status, self.wishes):
                self._look_back(work)
            check.nothing_is_left_over(self.desk)
            check.all_is_paid_for_once(self.desk)
        finally:
            for key in self.redis.scan_iter(count=1000):
                self.redis.unlink(key)

    def _look_back(self, work: str) -> None:
        assert Status(self._status(work)).is_final
        check.a_log_is_dense_and_ends_once(self.desk, work)
        if self.redis.exists(self.desk.keys.plan(work)):
            check.what_is_told_is_what_is_kept(self.desk, work)

    def _run_out(self) -> None:
        for _ in range(100):
            live = list(self.desk.live_works(*JobKind))
            if not live:
                return
            for work in live:
                self._advance(work)
            self.desk.be_due(self.desk.keys.parked, self.redis.zrange(self.desk.keys.parked, 0, -1))
            self.desk.sweep()
        raise AssertionError("Something never ends")

    def _advance(self, work: str) -> None:
        if self._status(work) == Status.QUEUED:
            self._claim(work, "w")
        lease = self.leases.get(work)
        if not lease or not self._holds(lease):
            return
        if lease.kind is JobKind.BATCH:
            self._plan(lease, None)
        else:
            assert self.desk.finish(lease, Status.SUCCEEDED, Outcome.COMPLETE)

    def _status(self, work: str) -> str:
        return self.redis.hget(self.desk.keys.work(work), "status") or ""

    def _held(self, *kinds: JobKind) -> list[Lease]:
        leases = [one for one in self.leases.values() if one.kind in kinds]
        works = map(self.desk.keys.work, (one.work_id for one in leases))
        held = self.desk.all_of("hmget", works, "status", "fence")
        return [
            lease
            for lease, (status, fence) in zip(leases, held, strict=True)
            if status == Status.RUNNING and int(fence) == lease.fence
        ]

    def _holds(self, lease: Lease) -> bool:
        return lease in self._held(lease.kind)


def _pick(of: Sequence[Any], which: int) -> Any:
    return of[which % len(of)]


@pytest.mark.parametrize(
    "examples", [6, pytest.param(40, marks=[pytest.mark.deep, pytest.mark.timeout(1200)])]
)
def test_any_order_of_transitions_keeps_the_promises(monkeypatch, examples):
    monkeypatch.setattr(batches, "_AT_ONCE", 2)
    walk(BatchMachine, monkeypatch, examples)
