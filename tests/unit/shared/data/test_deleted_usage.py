from dataclasses import replace

from shared.jobs.records import Usage
from tests.unit.shared.data.redis_house import FAILURE

STOPPED = replace(FAILURE, usage=Usage(input_tokens=100, output_tokens=7))


def counted(house):
    """Return what the owner's jobs used today, and how many they were."""
    (key,) = house.redis.keys("*usage:s*")
    counts = house.redis.hgetall(key)
    return counts["output_tokens"], sum(int(counts[n]) for n in counts if n.startswith("jobs:"))


def test_what_a_stopping_worker_used_counts_for_whoever_deleted_the_job(house):
    admitted, lease = house.begin()
    house.jobs.delete(admitted.job_id, owner=house.caller.owner)
    house.finish(lease, STOPPED)

    assert counted(house) == ("7", 1)


def test_so_it_does_where_only_a_follower_was_left(house):
    leader, lease = house.begin(mark="m")
    follower = house.submit(mark="m")
    house.cancel(leader)
    house.jobs.delete(follower.job_id, owner=house.caller.owner)
    house.finish(lease, STOPPED)

    assert counted(house) == ("7", 2)
