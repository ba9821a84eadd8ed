import pytest

from shared.data.redis.depths import LEASED, QUEUED, WAITING, DepthStore
from shared.jobs.names import QueueName
from shared.jobs.records import Usage
from shared.jobs.workers import LANES
from tests.unit.shared.data.redis_house import FAILURE, SUCCESS


@pytest.fixture
def read(house):
    return DepthStore(house.redis, house.keys).read


def running(depths):
    return {place: count for place, count in depths.lanes.items() if place[1] == LEASED}


class TestLanes:
    def test_what_waits_what_runs_and_what_is_put_off_are_apart(self, house, read):
        house.submit()
        house.begin()
        _, lease = house.begin()
        house.leases.give_back(lease, "provider_backoff", Usage(), wait_ms=9000)

        assert read().lanes == {
            ("interactive", QUEUED): 1,
            ("interactive", LEASED): 1,
            ("interactive", WAITING): 1,
            ("bulk", QUEUED): 0,
            ("isolate", QUEUED): 0,
        }

    def test_bulk_work_is_there_before_it_is_handed_out(self, house, read):
        for _ in range(5):
            house.submit(lane=QueueName.BULK)

        assert read().lanes["bulk", QUEUED] == 5

    def test_a_later_try_is_of_the_lane_whose_workers_do_it(self, house, read):
        _, lease = house.begin()
        house.leases.give_back(lease, "handed_back", Usage())

        assert read().lanes["interactive", QUEUED] == 1

    def test_a_suspect_is_of_the_lane_in_which_it_runs_alone(self, house, read):
        admitted = house.submit()
        for _ in range(2):
            house.lapse(house.claim(admitted))
            house.sweep()
        house.claim(admitted)

        assert running(read()) == {("isolate", LEASED): 1}

    def test_bulk_work_that_somebody_waits_for_now_changes_over_as_it_runs(self, house, read):
        house.begin(lane=QueueName.BULK, mark="m")
        house.submit(lane=QueueName.INTERACTIVE, mark="m")

        assert running(read()) == {("interactive", LEASED): 1}

    @pytest.mark.parametrize("lane", ["interactive", "bulk"])
    def test_what_an_earlier_version_has_claimed_is_there_too(self, house, read, lane):
        house.begin(lane=QueueName(lane))
        house.redis.delete(house.partition.active(lane))
        house.begin(lane=QueueName(lane))

        assert running(read()) == {(lane, LEASED): 2}

    def test_what_an_earlier_version_has_ended_is_not(self, house, read):
        ended, lease = house.begin()
        house.finish(lease, SUCCESS)
        house.redis.sadd(house.partition.active("interactive"), ended.job_id)

        assert running(read()) == {}

    def test_what_an_earlier_version_has_ended_is_forgotten_in_time(self, house):
        ended, lease = house.begin()
        live, _ = house.begin()
        house.finish(lease, SUCCESS)
        house.redis.sadd(house.partition.active("interactive"), ended.job_id)
        for _ in range(100):  # each looks at one of the two
            house.sweep()

        assert house.redis.smembers(house.partition.active("interactive")) == {live.job_id}

    def test_what_an_earlier_version_has_moved_is_counted_once_in_time(self, house, read):
        moved, _ = house.begin()
        house.redis.sadd(house.partition.active("isolate"), moved.job_id)
        house.sweep()

        assert running(read()) == {("interactive", LEASED): 1}

    def test_nothing_is_kept_of_what_has_ended(self, house):
        _, lease = house.begin()
        house.finish(lease, SUCCESS)

        assert not house.redis.exists(*map(house.partition.active, LANES))


class TestEnds:
    def test_each_job_counts_once_by_how_it_ended(self, house, read):
        _, lease = house.begin()
        assert house.finish(lease, SUCCESS)
        assert house.finish(lease, SUCCESS)  # its answer was lost
        _, failing = house.begin()
        house.finish(failing, FAILURE)
        house.cancel(house.submit())
        told = read()

        assert told.ended == {
            ("suggestion", "complete"): 1,
            ("suggestion", "failed"): 1,
            ("suggestion", "cancelled"): 1,
        }
        assert told.failures == {("suggestion", "PROVIDER_ERROR"): 1}

    def test_work_that_is_on_the_shelf_is_there(self, house, read):
        admitted = house.submit()
        for _ in range(3):
            house.lapse(house.claim(admitted))
            house.sweep()
        told = read()

        assert told.shelf == 1
        assert told.failures == {("suggestion", "POISONED"): 1}


def test_a_claim_tells_how_long_the_work_has_waited(house):
    admitted = house.submit()
    house.redis.hincrby(house.partition.work(admitted.job_id), "created", -5000)

    assert 5000 <= house.claim(admitted).waited_ms < 65_000
