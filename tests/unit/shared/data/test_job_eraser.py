import pytest

from shared.data.redis import job_eraser
from shared.data.redis.job_eraser import JobEraser
from shared.data.redis.job_store import JobStore
from shared.data.redis.keys import KeySpace
from shared.errors import NotFoundError
from tests.unit.shared.data.redis_house import POLICY, SUCCESS


@pytest.fixture
def eraser(redis, house):
    return eraser_of(redis, house.keys)


def eraser_of(redis, keys):
    return JobEraser(redis, keys, JobStore(redis, keys, POLICY))


def lives_of(house, admitted):
    """Return the time to live of each key that names this job, in ms; -1 is for ever."""
    return {key: house.redis.pttl(key) for key in house.redis.scan_iter(f"*{admitted.job_id}*")}


class TestErase:
    def test_whoever_has_none_is_done(self, eraser, house):
        assert eraser.erase(house.caller.owner)

    def test_one_that_waits_is_gone(self, eraser, house):
        admitted = house.submit()

        assert eraser.erase(house.caller.owner)
        with pytest.raises(NotFoundError):
            house.find(admitted)
        assert house.sweep() == []
        assert all(0 < left_ms <= 10_000 for left_ms in lives_of(house, admitted).values())

    def test_one_that_runs_is_stopped_first(self, eraser, house):
        admitted, lease = house.begin()

        assert not eraser.erase(house.caller.owner)
        assert not eraser.erase(house.caller.owner)
        house.finish(lease, SUCCESS)
        assert eraser.erase(house.caller.owner)
        with pytest.raises(NotFoundError):
            house.find(admitted)

    def test_thousands_go_bit_by_bit(self, eraser, house, monkeypatch):
        monkeypatch.setattr(job_eraser, "_AT_ONCE", 2)
        for _ in range(5):
            house.submit()

        assert [eraser.erase(house.caller.owner) for _ in range(3)] == [False, False, True]

    def test_jobs_that_share_their_work_go_together(self, eraser, house):
        leader, follower = house.submit(mark="m"), house.submit(mark="m")

        assert follower.verdict == "joined"
        assert eraser.erase(house.caller.owner)
        assert all(0 < left_ms <= 10_000 for left_ms in lives_of(house, leader).values())

    def test_one_of_another_partition_is_found(self, redis, house):
        many = KeySpace(8)
        callers = (house.enter(f"192.0.2.{n}") for n in range(50, 90))
        caller = next(c for c in callers if many.of_owner(c.owner).partition != 0)
        admitted = house.submit(caller)

        assert eraser_of(redis, many).erase(caller.owner)
        with pytest.raises(NotFoundError):
            house.find(admitted, caller)

    def test_nobody_elses_is_touched(self, eraser, house):
        other = house.enter("192.0.2.77")
        theirs = house.submit(other)
        eraser.erase(house.caller.owner)

        assert house.find(theirs, other).id == theirs.job_id

    def test_a_full_store_is_no_reason_to_keep_them(self, eraser, house):
        house.submit()
        house.redis.config_set("maxmemory", 1)
        try:
            assert eraser.erase(house.caller.owner)
        finally:
            house.redis.config_set("maxmemory", 0)
