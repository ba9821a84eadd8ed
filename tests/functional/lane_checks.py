"""What has to be true of the counts of lanes, whatever has happened."""

from collections import Counter
from typing import Any

from redis import Redis

from shared.data.redis.depths import LEASED, WAITING, DepthStore
from shared.data.redis.keys import KeySpace
from shared.jobs.names import QueueName
from shared.jobs.workers import LANES


def counts_are_those_of_the_records(redis: Redis, space: KeySpace) -> None:
    """What runs and waits is counted as if each record were looked at, and what ended is gone."""
    lanes = DepthStore(redis, space).read().lanes
    found: Counter[tuple[str, str]] = Counter()
    for keys in space:
        pipe: Any = redis.pipeline(transaction=False)
        for lane in LANES:
            pipe.smembers(keys.active(lane))
        pipe.zrange(keys.leases, 0, -1).zrange(keys.parked, 0, -1)
        *held, leased, parked = pipe.execute()
        active = set().union(*held)
        for work in active:
            pipe.hmget(keys.work(work), "queue", "finished")
        records = dict(zip(active, pipe.execute() if active else (), strict=True))
        assert not [work for work, (_, finished) in records.items() if finished]
        found.update((_lane(records[work][0]), LEASED) for work in leased)
        found.update((_lane(records[work][0]), WAITING) for work in parked)
    assert found == Counter({key: n for key, n in lanes.items() if key[1] in (LEASED, WAITING)})


def _lane(queue: str) -> str:
    return QueueName(queue).lane.value
