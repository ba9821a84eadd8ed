import pytest

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

    def test_a_killed_worker_counts_until_its_lease_is_over(self, house, busy):
        first, waiting = busy
        house.lapse(first)
        _, lease = begin(house)

        assert lease
        assert house.claim(waiting) is None

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
