import pytest
from redis import Redis
from redis.exceptions import ConnectionError as ConnectionFailure

from shared.data.redis.sweeps import MAX_ATTEMPTS, Sweeps
from shared.errors import StoreUnavailableError
from shared.jobs.leases import Claimant, Wait
from shared.jobs.names import QueueName
from shared.jobs.records import Event, Usage
from shared.jobs.states import Status
from tests.unit.shared.data.redis_house import CREATED, POLICY, SUCCESS


class YoungRedis(Redis):
    """Says of its server that it has just begun."""

    def info(self, *_, **__):
        return {"uptime_in_seconds": 1}


def lose(house, admitted, times):
    """Let one worker after another die with the work."""
    found = []
    for _ in range(times):
        house.lapse(house.claim(admitted))
        found = house.sweep()
    return found


class TestSweep:
    def test_it_leaves_alone_what_is_in_order(self, house):
        house.submit()
        house.begin()

        assert house.sweep() == []

    def test_it_queues_again_what_a_dead_worker_held(self, house):
        admitted = house.submit()
        job_id = admitted.job_id

        assert lose(house, admitted, 1) == [(job_id, "rescue", "worker_lost")]
        assert house.sweep() == []
        assert house.find(admitted).status is Status.QUEUED
        assert house.claim(admitted).attempt == 2

    def test_the_last_attempt_runs_alone(self, house):
        admitted = house.submit()

        assert lose(house, admitted, 2) == [(admitted.job_id, "isolate", "worker_lost")]

    def test_it_names_what_nobody_has_taken(self, house):
        admitted = house.submit()
        house.overdue(admitted)

        assert house.sweep() == [(admitted.job_id, "interactive", "overdue")]
        assert house.sweep() == []

    def test_it_gives_up_after_the_last_attempt(self, house):
        admitted = house.submit()
        lose(house, admitted, MAX_ATTEMPTS)
        job = house.find(admitted)

        assert job.status is Status.FAILED
        assert job.error["code"] == "POISONED"
        assert house.log(admitted).count("end") == 1
        assert min(house.lives().values()) > 0

    def test_it_ends_what_was_cancelled_while_its_worker_died(self, house):
        admitted, lease = house.begin()
        house.cancel(admitted)
        house.lapse(lease)

        assert house.sweep() == []
        assert house.find(admitted).status is Status.CANCELLED

    def test_it_ends_everyone_who_waits_for_lost_work(self, house):
        leader = house.submit(mark="m1")
        follower = house.submit(mark="m1")
        lose(house, leader, MAX_ATTEMPTS)

        assert house.find(follower).error == house.find(leader).error

    def test_attempts_share_one_deadline(self, house):
        admitted, first = house.begin()
        house.lapse(first)
        house.sweep()

        assert house.claim(admitted).remaining_ms <= first.remaining_ms

    def test_what_had_shown_nothing_has_nothing_to_withdraw(self, house):
        admitted = house.submit()
        lose(house, admitted, 1)

        assert "output.reset" not in house.log(admitted)

    def test_after_a_restart_of_redis_it_gives_the_workers_time(self, house):
        _, lease = house.begin()
        house.lapse(lease)
        young = YoungRedis(connection_pool=house.redis.connection_pool)
        sweeps = Sweeps(young, house.keys, POLICY)

        assert list(sweeps.sweep(QueueName)) == []
        assert house.finish(lease, SUCCESS)

    def test_it_counts_what_waits(self, house):
        house.submit()
        house.begin()

        assert house.sweeps.waiting(QueueName.INTERACTIVE) == 1


class TestGivenBack:
    def test_work_that_waits_comes_back_when_its_wait_is_over(self, house):
        admitted, lease = house.begin()
        house.leases.give_back(lease, "provider_backoff", Usage(), wait_ms=1000)
        waiting = house.find(admitted)
        house.wait_over(lease)

        assert (waiting.status, waiting.wait_reason) == (Status.WAITING, "provider_backoff")
        assert house.sweep() == [(admitted.job_id, "rescue", "wait_over")]
        assert house.claim(admitted).attempt == 1

    def test_no_key_of_waiting_work_has_a_time_to_live(self, house):
        _, lease = house.begin(mark="m1")
        house.leases.give_back(lease, "provider_backoff", Usage(), wait_ms=1000)

        assert set(house.lives().values()) == {-1}

    def test_waiting_past_the_deadline_is_no_use(self, house):
        admitted, lease = house.begin()
        fate, _ = house.leases.give_back(lease, "rate_limit", Usage(), wait_ms=999_999_999)

        assert fate == "too late"
        assert house.find(admitted).status is Status.RUNNING

    def test_a_wait_that_is_no_try_is_not_counted(self, house):
        admitted, lease = house.begin()
        house.leases.put_off(lease, Wait("budget", 1000, is_try=False), Usage())
        house.wait_over(lease)
        house.sweep()

        assert house.find(admitted).status is Status.QUEUED
        assert house.claim(admitted).waits == 0

    def test_the_clock_of_work_that_waits_for_its_turn_stands_still(self, house):
        admitted, lease = house.begin()
        wait = Wait("rate_limit", 300_000, is_try=False, stops_clock=True)
        fate, _ = house.leases.put_off(lease, wait, Usage())
        house.wait_over(lease)
        house.sweep()

        assert fate == "done"
        assert house.claim(admitted).remaining_ms > lease.remaining_ms + 200_000

    def test_who_had_told_only_how_far_it_is_takes_nothing_back(self, house):
        admitted, lease = house.begin()
        house.append(lease, [Event("job.progress", '{"done":0,"total":2}')])
        house.leases.put_off(lease, Wait("rate_limit", 1000, is_try=False), Usage())

        assert "output.reset" not in house.log(admitted)

    def test_work_that_is_handed_on_may_be_claimed_at_once(self, house):
        admitted, lease = house.begin()
        house.append(lease, [CREATED])
        house.leases.give_back(lease, "handed_on", Usage())
        again = house.claim(admitted)

        assert (again.attempt, again.epoch, again.fence) == (1, 2, 2)
        assert not house.append(lease, [CREATED])
        assert house.log(admitted)[3:] == ["output.reset", "job.started"]

    def test_who_lost_the_work_cannot_give_it_back(self, house):
        _, lease = house.begin()
        house.lapse(lease)
        house.sweep()

        assert house.leases.give_back(lease, "handed_on", Usage()) == ("lost", "")

    def test_work_that_waits_can_be_cancelled(self, house):
        admitted, lease = house.begin()
        house.leases.give_back(lease, "rate_limit", Usage(), wait_ms=1000)

        assert house.cancel(admitted)
        house.wait_over(lease)
        assert house.find(admitted).status is Status.CANCELLED


class TestAProcessThatDiesWithSeveral:
    def die(self, house, *leases):
        for lease in leases:
            house.lapse(lease)
        return {work_id: queue for work_id, queue, _ in house.sweep()}

    def test_nobody_is_charged_for_what_may_be_anothers_fault(self, house):
        (one, first), (two, second) = house.begin(), house.begin()
        self.die(house, first, second)

        assert [house.claim(each).attempt for each in (one, two)] == [1, 1]

    def test_one_that_was_alone_is_charged(self, house):
        admitted, lease = house.begin()
        elsewhere = house.claim(house.submit(), Claimant("another", "m"))
        self.die(house, lease, elsewhere)

        assert house.claim(admitted).attempt == 2

    def test_they_are_told_apart_from_those_whose_lease_ends_a_moment_later(self, house, clock):
        (_, first), (two, second) = house.begin(), house.begin()
        house.redis.zadd(house.partition.leases, {second.work_id: clock.now_ms + 1000})
        self.die(house, first)
        self.die(house, second)

        assert house.claim(two).attempt == 1

    def test_deaths_count_though_nobody_is_charged(self, house):
        (one, first), (_, second) = house.begin(), house.begin()
        assert set(self.die(house, first, second).values()) == {"rescue"}
        first, second = house.claim(one), house.begin()[1]
        assert self.die(house, first, second)[one.job_id] == "isolate"
        self.die(house, house.claim(one))

        record = house.find(one)
        assert (record.error["code"], record.attempt) == ("POISONED", MAX_ATTEMPTS)


class TestARedisThatWasAway:
    def test_it_gives_the_workers_a_lease_to_renew_theirs(self, house, monkeypatch):
        admitted, lease = house.begin()
        house.lapse(lease)
        redis = house.sweeps._redis
        with monkeypatch.context() as away:
            away.setattr(redis, "info", lambda *_: raise_(ConnectionFailure()))
            with pytest.raises(StoreUnavailableError):
                house.sweep()

        assert house.sweep() == []
        monkeypatch.setattr(house.sweeps, "_reaps_from", 0.0)
        assert house.sweep() == [(admitted.job_id, "rescue", "worker_lost")]


def raise_(error):
    raise error


def test_what_waits_past_its_deadline_ends_though_nobody_claims_it(house, clock):
    admitted, lease = house.begin(budget_ms=1)
    house.redis.hset(house.partition.work(admitted.job_id), "deadline", clock.now_ms * 2)
    house.leases.give_back(lease, "handed_back", Usage())
    house.redis.hset(house.partition.work(admitted.job_id), "deadline", 1)
    house.redis.zadd(house.partition.ready("rescue"), {admitted.job_id: 0})

    assert house.sweep() == []
    assert house.find(admitted).error["code"] == "PROVIDER_TIMEOUT"
