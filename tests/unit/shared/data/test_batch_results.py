import pytest

from shared.data.redis import batch_results
from shared.data.redis.batch_results import BatchResults
from tests.unit.shared.data.batch_house import BatchHouse, section


@pytest.fixture
def house(redis):
    return BatchHouse(redis)


@pytest.fixture
def results(house):
    return BatchResults(house.redis, house.keys)


def finished(house):
    house.succeed(house.take(house.set_out(section(1))[1]), 5)
    return house.jobs.find(house.batch.job_id, owner=house.caller.owner, with_result=False)


class TestBatchResults:
    def test_it_is_put_together_once(self, house, results):
        job = finished(house)
        first = results.of(job)
        house.redis.delete(house.partition.outcomes(job.work_id))

        assert '"sg_1_1"' in first
        assert results.of(job) == first

    def test_the_oldest_is_forgotten_where_there_is_no_room(self, house, results, monkeypatch):
        jobs = [finished(house) for _ in range(3)]
        monkeypatch.setattr(batch_results, "_MOST_CHARACTERS", 2 * len(results.of(jobs[0])) + 10)
        shown = [results.of(job) for job in jobs]
        house.redis.delete(*(house.partition.outcomes(job.work_id) for job in jobs))

        assert results.of(jobs[2]) == shown[2]
        assert "sg_1_1" not in results.of(jobs[0])

    def test_a_deleted_batch_is_shown_to_nobody(self, house):
        job = finished(house)
        house.find(house.batch)
        house.jobs.delete(job.id, owner=house.caller.owner)

        with pytest.raises(Exception, match="no such job"):
            house.find(house.batch)
