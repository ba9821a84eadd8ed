"""The state machine of jobs against a model of it, on a real Redis."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)
from redis import Redis

from devserver.stores import EmbeddedRedis
from shared.data.redis import leases
from shared.data.redis.admission import Admission
from shared.data.redis.client import connect
from shared.data.redis.job_events import END, JobEvents
from shared.data.redis.job_store import JobStore
from shared.data.redis.keys import KeySpace
from shared.data.redis.leases import LeaseStore
from shared.data.redis.sweeps import MAX_ATTEMPTS, Sweeps
from shared.domain.identity import Caller, Credential, Tier, new_caller, session_caller
from shared.domain.limits import Rate, Service
from shared.errors import BudgetExceededError
from shared.jobs.leases import Claimant, Ending, GivenBack, Lease
from shared.jobs.names import JobKind, QueueName
from shared.jobs.policy import JobPolicy
from shared.jobs.records import Event, JobOrder, Usage
from shared.jobs.states import Outcome, Status
from tests.functional.job_ledger import LIMIT_USD, MOST_RUNNING, USED, WORST_USD, JobLedger
from tests.functional.lane_checks import counts_are_those_of_the_records

RATE = Rate(Tier.ANONYMOUS, Service.SUGGESTIONS, 1_000_000)
POLICY = JobPolicy(retention_s=60, queue_depth=1000, bulk_window=2)
SHOWN = Event("suggestion.created", '{"suggestion":{}}')
_numbers = itertools.count()


class JobMachine(RuleBasedStateMachine):
    """Every transition at any moment, late and lost workers included."""

    jobs = Bundle("jobs")
    leases = Bundle("leases")
    redis: Redis

    def __init__(self) -> None:
        super().__init__()
        self.space = space = KeySpace(1)
        self.keys = next(iter(space))
        self.admission = Admission(self.redis, space, POLICY, cache_is_here=True)
        self.store = JobStore(self.redis, space, POLICY)
        self.works = LeaseStore(self.redis, space, POLICY)
        self.sweeps = Sweeps(self.redis, space, POLICY)
        self.events = JobEvents(self.redis, space)
        self.ledger = JobLedger(self.redis, self.keys)
        made = new_caller("127.0.0.1")
        self.newcomer: Caller | None = made
        self.owner = made.owner
        self.caller = session_caller(made.session_id, Credential.HEADER, made.address)
        self.known: dict[str, str] = {}
        self.ended: dict[str, tuple[Status, int]] = {}
        self.holder: dict[str, int] = {}

    def teardown(self) -> None:
        """Leave nothing in the lanes, which all runs share."""
        for key in self.redis.scan_iter():
            self.redis.unlink(key)

    @rule(
        target=jobs,
        lane=st.sampled_from([QueueName.INTERACTIVE, QueueName.BULK]),
        mark=st.sampled_from(["a", "b", None]),
        key=st.sampled_from([None, "k"]),
    )
    def submit(self, lane: QueueName, mark: str | None, key: str | None) -> object:
        order = JobOrder(
            JobKind.SUGGESTION,
            lane,
            mark and f"{self.caller.owner}{mark}",
            None,
            "",
            {"model": "m"},
            "{}",
            60_000,
            "r",
            supersede_key=key,
            limit_usd=LIMIT_USD,
            worst_usd=WORST_USD,
            most_running=MOST_RUNNING,
        )
        caller, self.newcomer = self.newcomer or self.caller, None
        try:
            admitted = self.admission.admit(caller, order, RATE)
        except BudgetExceededError:
            return multiple()
        self.known[admitted.job_id] = self._find(admitted.job_id).work_id
        if admitted.verdict == "accepted":
            self.ledger.accepted(admitted.job_id)
        return admitted.job_id

    @rule(target=leases, job=jobs, worker=st.sampled_from("vw"), answer_is_lost=st.booleans())
    def claim(self, job: str, worker: str, answer_is_lost: bool) -> object:
        work = self.known[job]
        before = self._find(job).status
        claim_id = f"claim-{next(_numbers)}"
        if answer_is_lost:
            self._claim(work, worker, claim_id)
        lease = self._claim(work, worker, claim_id)
        if lease is None:
            assert before is not Status.QUEUED or self._is_left(job) or self._is_put_off(work)
            return multiple()
        assert lease.fence > self.holder.get(work, 0)
        self.holder[work] = lease.fence
        return lease

    @rule(lease=leases)
    def show(self, lease: Lease) -> None:
        assert (self._show(lease) is not None) == self._holds(lease)

    @rule(lease=leases)
    def show_after_another_took_over(self, lease: Lease) -> None:
        if self._holds(lease):
            if self.works.give_back(lease, "handed_back", Usage())[0] is GivenBack.DONE:
                self.ledger.used(lease.work_id, Usage())
            newer = self._claim(lease.work_id, "w", f"claim-{next(_numbers)}")
            if newer is None:
                return
            assert newer.fence > lease.fence

        assert self._holds(lease) or self._show(lease) is None

    @rule(lease=leases, outcome=st.sampled_from([Status.SUCCEEDED, Status.FAILED]))
    def finish(self, lease: Lease, outcome: Status) -> None:
        holds = self._holds(lease)
        done_before = self._was_done_by(lease)
        ending = Ending(outcome, Outcome.COMPLETE, result="{}", usage=lease.spent + USED)
        known = self._seq(lease)
        assert self.works.finish(lease, ending, known_seq=known) == (holds or done_before)
        if holds:
            self.ledger.used(lease.work_id, ending.usage)

    @rule(lease=leases, wait_ms=st.sampled_from([0, 1, 10_000, 100_000]))
    def give_back(self, lease: Lease, wait_ms: int) -> None:
        holds = self._holds(lease)
        used = lease.spent + USED
        given, _ = self.works.give_back(lease, "handed_back", used, wait_ms=wait_ms)
        if given is GivenBack.DONE:
            self.ledger.used(lease.work_id, used)
        if not holds:
            assert given is GivenBack.LOST
        elif self._work(lease.work_id).get("stop_as"):
            assert given is GivenBack.STOPPED
        else:
            assert (given is GivenBack.TOO_LATE) == (wait_ms == 100_000)

    @rule(lease=leases)
    def lose_the_worker(self, lease: Lease) -> None:
        if self._holds(lease):
            self.redis.zadd(self.keys.leases, {lease.work_id: 1})
        self._sweep()

        assert self._show(lease) is None
        assert int(self._work(lease.work_id).get("deaths", 0)) <= MAX_ATTEMPTS

    @rule(worker=st.sampled_from("vw"))
    def lose_all_of_a_worker(self, worker: str) -> None:
        held = [w for w in set(self.known.values()) if self._is_held_by(w, worker)]
        charged = {work: int(self._work(work)["attempts"]) for work in held}
        for work in held:
            self.redis.zadd(self.keys.leases, {work: 1})
        self._sweep()

        for work in held:
            now = self._work(work)
            if now["status"] == Status.QUEUED:
                assert int(now["attempts"]) == charged[work] - (len(held) > 1)

    @rule()
    def wait_no_longer(self) -> None:
        for work in self.redis.zrange(self.keys.parked, 0, -1):
            self.redis.zadd(self.keys.parked, {work: 1})
        self._sweep()

    @rule(job=jobs)
    def cancel(self, job: str) -> None:
        before = self._find(job).status
        has_ended = self.store.cancel(job, owner=self.owner)
        after = self._find(job).status
        assert after is before if before.is_final else (after is Status.CANCELLED) == has_ended

    @invariant()
    def money_adds_up(self) -> None:
        self.ledger.agrees()

    @invariant()
    def no_owner_has_too_much_run(self) -> None:
        self.ledger.bounds_what_runs()

    @precondition(lambda self: self.known)
    @invariant()
    def what_ended_never_changes(self) -> None:
        for job in self.known:
            record = self._find(job)
            if record.status.is_final:
                now = (record.status, record.final_seq)
                assert self.ended.setdefault(job, now) == now
            else:
                assert job not in self.ended

    @invariant()
    def every_log_is_dense_and_ends_once(self) -> None:
        for work in set(self.known.values()):
            entries = [e for e in self.events.read({work: "0-0"})[work] if not e.note]
            assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
            assert [e.name for e in entries].count(END) == (not self._is_live(work))

    @invariant()
    def live_work_is_in_one_place_and_has_no_time_to_live(self) -> None:
        for work in set(self.known.values()):
            places = [
                self.redis.zscore(place, work) is not None
                for place in (
                    self.keys.leases,
                    self.keys.parked,
                    *map(self.keys.ready, QueueName),
                    self.keys.held(QueueName.BULK),
                )
            ]
            assert sum(places) == self._is_live(work)
            ttl = self.redis.ttl(self.keys.work(work))
            assert (ttl == -1) == self._is_live(work)

    @invariant()
    def lanes_are_counted(self) -> None:
        counts_are_those_of_the_records(self.redis, self.space)

    @invariant()
    def what_is_held_back_stands_in_its_line_and_has_its_turn(self) -> None:
        held = self.redis.zrange(self.keys.held(QueueName.BULK), 0, -1)
        line = self.redis.zrange(self.keys.line(QueueName.BULK, self.owner), 0, -1)
        turns = self.redis.zrange(self.keys.turns(QueueName.BULK), 0, -1)
        assert held == line
        assert turns == ([self.owner] if held else [])

    def _claim(self, work: str, worker: str, claim_id: str) -> Lease | None:
        claimant = Claimant(worker, "m")
        lease = self.works.claim(work, self._queue(work), claimant, claim_id=claim_id)
        if lease:
            self.ledger.accepted(work)
        return lease

    def _sweep(self) -> None:
        with self.ledger.watching():
            list(self.sweeps.sweep(QueueName))

    def _is_put_off(self, work: str) -> bool:
        """Whether it cannot be paid, or enough of its owner runs."""
        record = self._work(work)
        waits = record["status"] == Status.WAITING and record["reason"] in ("budget", "rate_limit")
        return waits or "BUDGET_EXCEEDED" in record.get("error", "")

    def _is_held_by(self, work: str, worker: str) -> bool:
        record = self._work(work)
        is_stopped = "stop_as" in record
        return record["status"] == Status.RUNNING and record["worker"] == worker and not is_stopped

    def _seq(self, lease: Lease) -> int:
        return int(self._work(lease.work_id)["seq"])

    def _queue(self, work: str) -> str:
        return self._work(work)["queue"]

    def _show(self, lease: Lease) -> int | None:
        return self.works.append(lease, [SHOWN], known_seq=self._seq(lease))

    @rule(lease=leases)
    def show_twice_for_a_lost_answer(self, lease: Lease) -> None:
        known = self._seq(lease)
        first = self.works.append(lease, [SHOWN], known_seq=known)
        assert self.works.append(lease, [SHOWN], known_seq=known) == first

    def _find(self, job: str):  # type: ignore[no-untyped-def]
        return self.store.find(job, owner=self.owner)

    def _work(self, work: str) -> dict[str, str]:
        return self.redis.hgetall(self.keys.work(work))

    def _is_live(self, work: str) -> bool:
        return not Status(self._work(work)["status"]).is_final

    def _is_left(self, job: str) -> bool:
        return not self.redis.sismember(self.keys.members(self.known[job]), job)

    def _holds(self, lease: Lease) -> bool:
        work = self._work(lease.work_id)
        return work["status"] == Status.RUNNING and int(work["fence"]) == lease.fence

    def _was_done_by(self, lease: Lease) -> bool:
        return self._work(lease.work_id).get("done_by") == str(lease.fence)


@contextmanager
def settled_redis() -> Iterator[Redis]:
    with TemporaryDirectory() as folder, EmbeddedRedis(Path(folder)) as store:
        yield connect(store.uri, timeout_s=5)


def walk(machine, monkeypatch, examples):
    """Take so many orders of its transitions, each of forty steps at most."""
    monkeypatch.setattr(Sweeps, "_is_settled", lambda _: True)
    # A busy machine takes seconds for forty steps: only the machine says when a worker is lost.
    monkeypatch.setattr(leases, "LEASE_MS", 3_600_000)
    with settled_redis() as redis:
        machine.redis = redis
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=examples,
                stateful_step_count=40,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )


@pytest.mark.parametrize(
    "examples", [10, pytest.param(80, marks=[pytest.mark.deep, pytest.mark.timeout(1200)])]
)
def test_any_order_of_transitions_keeps_the_promises(monkeypatch, examples):
    walk(JobMachine, monkeypatch, examples)
