from dataclasses import replace

import pytest

from shared.data.redis.usage import UsageCounters
from shared.jobs.records import Usage
from tests.unit.shared.data.redis_house import FAILURE, SUCCESS
from tests.unit.shared.data.usage_counts import SPENT, counted, end

UNPRICED = Usage(input_tokens=1, cached_tokens=0, output_tokens=2, cost_usd=None)


@pytest.fixture
def counters(redis, house):
    return UsageCounters(redis, house.keys)


class TestCounting:
    def test_a_job_counts_with_what_it_used(self, house, counters):
        end(house)
        end(house, FAILURE, UNPRICED)

        assert counted(house, counters) == {
            "jobs:suggestion:complete": 1,
            "jobs:suggestion:failed": 1,
            "input_tokens": 101,
            "cached_tokens": 10,
            "output_tokens": 9,
            "cost_nusd": 19_000,
            "unpriced": 1,
        }

    def test_an_end_that_is_told_twice_counts_once(self, house, counters):
        _, lease = house.begin()
        for _ in range(3):
            house.finish(lease, replace(SUCCESS, usage=SPENT))

        assert counted(house, counters)["jobs:suggestion:complete"] == 1
        assert counted(house, counters)["input_tokens"] == 100

    def test_those_who_follow_count_without_tokens(self, house, counters):
        _, lease = house.begin(mark="same")
        house.submit(mark="same")
        house.finish(lease, replace(SUCCESS, usage=SPENT))
        house.submit(mark="same")  # joins what has just ended
        found = counted(house, counters)

        assert (found["jobs:suggestion:complete"], found["joined"]) == (3, 2)
        assert found["input_tokens"] == 100

    def test_a_leader_that_leaves_leaves_the_bill_too(self, house, counters):
        leader, lease = house.begin(mark="same")
        house.submit(mark="same")
        house.cancel(leader)
        assert counted(house, counters) == {"jobs:suggestion:cancelled": 1}
        house.finish(lease, replace(SUCCESS, usage=SPENT))

        assert counted(house, counters)["input_tokens"] == 100

    def test_a_job_that_nobody_began_counts_when_it_is_cancelled(self, house, counters):
        house.cancel(house.submit())

        assert counted(house, counters) == {"jobs:suggestion:cancelled": 1}

    def test_a_live_job_does_not_count_yet(self, house, counters):
        house.begin()

        assert counted(house, counters) == {}

    def test_what_kills_its_workers_counts_once(self, house, counters):
        admitted, lease = house.begin()
        for _ in range(3):
            house.lapse(lease)
            house.sweep()
            lease = house.claim(admitted)

        assert counted(house, counters) == {"jobs:suggestion:failed": 1}
