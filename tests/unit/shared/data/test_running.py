import pytest

from shared.jobs.leases import Fate
from shared.jobs.names import QueueName
from shared.jobs.records import Usage
from shared.jobs.states import Status
from tests.unit.shared.data.redis_house import SUCCESS


def begin(house, caller=None, **order):
    """Return a job of an owner of whom two may run, and its lease if it runs."""
    admitted = house.submit(caller, most_running=2, **order)
    return admitted, house.claim(admitted)


@pytest.fixture
def busy(house):
    """Return the lease of one of two that run, and a job that waits."""
    _, first = begin(house)
    begin(house)
    third, lease = begin(house)
    assert lease is None
    return first, third


class TestTheLimit:
    def test_what_is_too_much_waits_and_says_why(self, house, busy):
        _, waiting = busy

        job = house.find(waiting)
        assert (job.status, job.wait_reason, job.attempt) == (Status.WAITING, "rate_limit", 0)
        assert house.log(waiting) == ["job.queued", "job.waiting"]
        assert house.sweep() == []

    @pytest.mark.parametrize("how", ["finish", "give_back", "lapse"])
    def test_the_next_is_woken_when_one_ends(self, house, busy, how):
        first, waiting = busy
        if how == "finish":
            house.finish(first, SUCCESS)
        elif how == "give_back":
            house.leases.give_back(first, "handed_back", Usage())
        else:
            house.lapse(first)
        assert (waiting.job_id, "interactive", "wait_over") in house.sweep()

        assert house.claim(waiting)

    def test_a_killed_worker_counts_until_its_lease_is_reaped(self, house, busy):
        first, waiting = busy
        house.lapse(first)
        _, early = begin(house)
        house.sweep()

        assert early is None
        assert house.claim(waiting)

    def test_what_goes_on_after_redis_was_away_counts(self, house, busy):
        first, _ = busy
        for lease in house.redis.zrange(house.partition.leases, 0, -1):
            house.redis.zadd(house.partition.leases, {lease: 0})
        _, more = begin(house)

        assert more is None
        assert house.leases.renew([first]) == [(first, Fate.HELD)]

    def test_what_an_earlier_version_left_behind_does_not(self, house, busy):
        first, _ = busy
        house.finish(first, SUCCESS)
        house.redis.sadd(house.partition.running(house.caller.owner), first.work_id)
        _, lease = begin(house)

        assert lease

    def test_it_asks_again_and_tells_of_it_once(self, house, busy):
        _, waiting = busy
        for _ in range(2):
            house.redis.zadd(house.partition.parked, {waiting.job_id: 0})
            assert house.sweep()
            assert house.claim(waiting) is None

        assert house.log(waiting) == ["job.queued", "job.waiting"]
        assert house.redis.zcard(house.partition.blocked(house.caller.owner)) == 1

    def test_others_are_not_kept_from_starting(self, house, busy):
        _, lease = begin(house, house.enter())

        assert lease

    def test_bulk_work_is_for_its_line_to_bound(self, house, busy):
        _, lease = begin(house, lane=QueueName.BULK)

        assert lease

    def test_what_ends_while_it_waits_is_passed_over(self, house, busy):
        first, waiting = busy
        fourth, _ = begin(house)
        house.cancel(waiting)
        house.finish(first, SUCCESS)

        assert [work for work, *_ in house.sweep()] == [fourth.job_id]
        assert house.claim(fourth)

    def test_nothing_is_left_when_all_have_ended(self, house):
        for _ in range(2):
            _, lease = begin(house)
            house.finish(lease, SUCCESS)

        assert house.redis.keys("*running*") == house.redis.keys("*blocked*") == []
