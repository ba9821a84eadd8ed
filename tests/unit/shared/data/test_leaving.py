import pytest

from shared.jobs.leases import Ending, Wait
from shared.jobs.records import Usage
from shared.jobs.states import Status
from tests.unit.shared.data.redis_house import SUCCESS


class TestExpiry:
    def test_a_job_that_did_not_begin_in_time_is_expired(self, house):
        admitted = house.submit(expires_in_ms=1)
        house.redis.zadd(house.partition.starts, {admitted.job_id: 0})
        house.sweep()

        assert house.find(admitted).status is Status.EXPIRED
        assert house.claim(admitted) is None

    def test_one_that_began_goes_on(self, house):
        admitted = house.submit(expires_in_ms=60_000)
        lease = house.claim(admitted)

        assert house.redis.zcard(house.partition.starts) == 0
        assert house.finish(lease, SUCCESS)

    @pytest.mark.parametrize(
        ("used", "status"), [(Usage(), Status.EXPIRED), (Usage(1, 0, 1, 0.1), Status.WAITING)]
    )
    def test_one_whose_turn_has_not_come_has_begun_only_if_it_has_cost_something(
        self, house, used, status
    ):
        admitted = house.submit(expires_in_ms=60_000)
        turn = Wait("rate_limit", 60_000, is_try=False, stops_clock=True)
        house.leases.put_off(house.claim(admitted), turn, used)
        house.redis.zadd(house.partition.starts, {admitted.job_id: 0}, xx=True)
        house.sweep()

        assert house.find(admitted).status is status

    def test_a_leaders_expiry_leaves_its_followers(self, house):
        leader = house.submit(mark="m1", expires_in_ms=1)
        follower = house.submit(mark="m1")
        house.redis.zadd(house.partition.starts, {leader.job_id: 0})
        house.sweep()

        assert house.find(leader).status is Status.EXPIRED
        assert house.find(follower).status is Status.QUEUED
        assert house.claim(leader)

    @pytest.mark.parametrize("joins_when", ["while it waits", "while it runs"])
    @pytest.mark.parametrize("reason", ["rate_limit", "budget", "circuit_open"])
    def test_one_that_joins_what_waits_for_its_turn_is_watched_too(self, house, reason, joins_when):
        leader, lease = house.begin(mark="m1")
        if joins_when == "while it waits":
            house.leases.put_off(lease, Wait(reason, 9000, is_try=False), Usage())
            follower = house.submit(mark="m1", expires_in_ms=60_000)
        else:
            follower = house.submit(mark="m1", expires_in_ms=60_000)
            house.leases.put_off(lease, Wait(reason, 9000, is_try=False), Usage())
        house.redis.zadd(house.partition.starts, {follower.job_id: 0}, xx=True)
        house.sweep()

        assert house.find(follower).status is Status.EXPIRED
        assert house.log(leader)[-1] == "left"
        assert house.find(leader).status is Status.WAITING

    def test_one_that_is_too_late_is_not_begun_when_its_turn_comes(self, house):
        leader, lease = house.begin(mark="m1")
        house.leases.put_off(lease, Wait("rate_limit", 9000, is_try=False), Usage())
        follower = house.submit(mark="m1", expires_in_ms=60_000)
        house.redis.hset(house.partition.job(follower.job_id), "start_by", 1)
        house.wait_over(lease)
        house.sweep()
        house.claim(leader)

        assert house.find(follower).status is Status.EXPIRED
        assert house.find(leader).status is Status.RUNNING

    def test_one_that_joins_what_is_tried_again_has_begun(self, house):
        _, lease = house.begin(mark="m1")
        house.leases.give_back(lease, "provider_backoff", Usage(), wait_ms=9000)
        house.submit(mark="m1", expires_in_ms=60_000)

        assert house.redis.zcard(house.partition.starts) == 0

    def test_who_has_begun_after_its_turn_came_goes_on(self, house):
        leader, lease = house.begin(mark="m1")
        house.leases.put_off(lease, Wait("rate_limit", 9000, is_try=False), Usage())
        house.submit(mark="m1", expires_in_ms=60_000)
        house.wait_over(lease)
        house.sweep()
        house.claim(leader)
        house.submit(mark="m1", expires_in_ms=60_000)

        assert house.redis.zcard(house.partition.starts) == 0

    def test_what_an_earlier_version_claimed_has_begun(self, house):
        leader, _ = house.begin(mark="m1")
        house.redis.hset(house.partition.work(leader.job_id), "unbegun", 1)
        follower = house.submit(mark="m1", expires_in_ms=60_000)
        house.redis.hset(house.partition.job(follower.job_id), "start_by", 1)
        house.claim(leader)  # its message came twice

        assert house.redis.zcard(house.partition.starts) == 0
        assert house.find(follower).status is Status.RUNNING


class TestSupersede:
    def test_a_newer_job_ends_the_older_one(self, house):
        older = house.submit(supersede_key="k")
        newer = house.submit(supersede_key="k")

        assert house.find(older).status is Status.SUPERSEDED
        assert house.find(newer).status is Status.QUEUED

    def test_work_that_runs_ends_as_superseded(self, house):
        older, lease = house.begin(supersede_key="k")
        house.submit(supersede_key="k")
        house.finish(lease, Ending(Status.CANCELLED))

        assert house.find(older).status is Status.SUPERSEDED

    def test_it_is_the_callers_own(self, house):
        older = house.submit(supersede_key="k")
        house.submit(house.enter(), supersede_key="k")

        assert house.find(older).status is Status.QUEUED
