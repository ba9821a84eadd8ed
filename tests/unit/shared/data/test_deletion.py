import pytest

from shared.errors import NotFoundError
from shared.jobs.states import Status
from tests.unit.shared.data.redis_house import SUCCESS


def delete(house, admitted, caller=None):
    house.jobs.delete(admitted.job_id, owner=(caller or house.caller).owner)


def kept(house):
    """Return the keys of jobs that do not go within seconds."""
    return [key for key, left_ms in house.lives().items() if not 0 <= left_ms <= 10_000]


class TestDelete:
    def test_a_result_stays_for_the_others_until_the_last_one_is_deleted(self, house):
        leader = house.submit(mark="m")
        follower, third = house.submit(mark="m"), house.submit(mark="m")
        house.finish(house.claim(leader), SUCCESS)
        delete(house, leader)
        delete(house, third)

        assert house.find(follower).result == SUCCESS.result
        delete(house, follower)
        assert kept(house) == []

    def test_what_waits_for_a_worker_never_begins(self, house):
        admitted = house.submit()
        delete(house, admitted)

        assert house.claim(admitted) is None
        assert kept(house) == []

    def test_what_a_dead_worker_left_goes_as_well(self, house):
        admitted, lease = house.begin()
        delete(house, admitted)
        house.lapse(lease)
        house.sweep()

        assert kept(house) == []

    def test_the_worker_of_what_is_deleted_is_told_that_it_is_done(self, house):
        admitted, lease = house.begin()
        delete(house, admitted)

        assert [house.finish(lease, SUCCESS) for _ in range(2)] == [True, True]
        assert not house.redis.exists(house.partition.result(admitted.job_id))

    def test_the_same_work_is_not_joined_any_more(self, house):
        first = house.submit(mark="m")
        house.finish(house.claim(first), SUCCESS)
        delete(house, first)

        assert house.submit(mark="m").verdict == "accepted"

    def test_one_who_left_before_may_be_deleted_and_the_rest_go_on(self, house):
        leader, follower = house.submit(mark="m"), house.submit(mark="m")
        house.cancel(leader)
        delete(house, leader)

        assert house.find(follower).status is Status.QUEUED
        assert house.finish(house.claim(leader), SUCCESS)
        assert house.find(follower).result == SUCCESS.result

    def test_what_is_gone_by_time_may_be_deleted_and_leaves_nothing(self, house):
        admitted, lease = house.begin()
        house.finish(lease, SUCCESS)
        house.redis.delete(house.partition.work(admitted.job_id))
        delete(house, admitted)

        assert not house.redis.exists(house.partition.work(admitted.job_id))
        assert not house.redis.exists(house.partition.job(admitted.job_id))

    def test_it_is_for_the_owner_alone_and_just_once(self, house):
        admitted = house.submit()

        with pytest.raises(NotFoundError):
            delete(house, admitted, house.enter())
        delete(house, admitted)
        with pytest.raises(NotFoundError):
            delete(house, admitted)
