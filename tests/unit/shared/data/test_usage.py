from dataclasses import replace

import pytest

from shared.data.mongo.usage_days import UsageRepository
from shared.data.redis.usage import UsageCounters
from shared.data.usage_owners import usage_owners
from shared.domain.usage import by_day, date_of
from shared.jobs.records import Usage
from tests.unit.shared.data.redis_house import FAILURE, SUCCESS
from workers.services.bookkeeping import Bookkeeper

SPENT = Usage(input_tokens=100, cached_tokens=10, output_tokens=7, cost_usd=0.000019)
UNPRICED = Usage(input_tokens=1, cached_tokens=0, output_tokens=2, cost_usd=None)


@pytest.fixture
def counters(redis, house):
    return UsageCounters(redis, house.keys)


@pytest.fixture
def repository(database):
    return UsageRepository(database)


@pytest.fixture
def owners(database, redis, house):
    return usage_owners(database, redis, house.keys)


@pytest.fixture
def bookkeeper(counters, repository):
    return Bookkeeper(counters, repository)


def today(house):
    return house.redis.time()[0] // 86_400


def end(house, ending=SUCCESS, usage=SPENT, **order):
    """Submit, claim and finish a job."""
    admitted, lease = house.begin(**order)
    house.finish(lease, replace(ending, usage=usage))
    return admitted


def counted(house, counters, owner=None):
    """Return the counts of the owner's two last days together."""
    days = counters.of_owner(owner or house.caller.owner, [today(house) - 1, today(house)])
    found = {}
    for day in days:
        for name, count in day.counts.items():
            found[name] = found.get(name, 0) + count
    return found


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


class TestCopying:
    def test_a_copy_and_its_original_count_once(self, house, counters, repository, bookkeeper):
        end(house)
        assert bookkeeper.copy() == 1
        owner, day = house.caller.owner, today(house)
        both = [
            *repository.of_owner(owner, day - 1, day),
            *counters.of_owner(owner, [day - 1, day]),
        ]

        assert len(both) == 2
        usage = by_day(both, date_of(day - 1), date_of(day))
        assert sum(each.jobs for each in usage.values()) == 1

    def test_what_is_copied_is_copied_again_only_after_a_change(self, house, bookkeeper):
        end(house)

        assert [bookkeeper.copy(), bookkeeper.copy()] == [1, 0]
        end(house)
        assert bookkeeper.copy() == 1

    def test_the_original_stays_until_it_is_copied(self, house, bookkeeper):
        end(house)
        (key,) = house.redis.keys("*usage:*")
        assert house.redis.ttl(key) == -1
        bookkeeper.copy()
        assert house.redis.ttl(key) > 0
        end(house)

        assert house.redis.ttl(key) == -1

    def test_a_slow_bookkeeper_does_not_put_back_the_clock(self, house, counters, bookkeeper):
        end(house)
        (old,) = counters.changed(limit=9)
        end(house)
        bookkeeper.copy()
        bookkeeper.days.keep(old)
        counters.note_copied(old)

        (kept,) = bookkeeper.days.of_owner(house.caller.owner, old.day, old.day + 1)
        assert kept.counts["jobs:suggestion:complete"] == 2

    def test_a_change_during_the_copy_is_not_struck_off(self, house, counters, bookkeeper):
        end(house)
        (old,) = counters.changed(limit=9)
        end(house)
        counters.note_copied(old)

        assert bookkeeper.copy() == 1


class TestOwners:
    @pytest.mark.parametrize("is_copied_before", [True, False])
    def test_what_a_session_used_is_its_users(
        self, house, owners, repository, bookkeeper, is_copied_before
    ):
        end(house)
        if is_copied_before:
            bookkeeper.copy()
        for _ in range(2):  # the first time it died
            owners.move(house.caller.owner, "u1")
        bookkeeper.copy()
        day = today(house)

        (kept,) = repository.of_owner("u1", day - 1, day)
        assert kept.counts["input_tokens"] == 100
        assert repository.of_owner(house.caller.owner, day - 1, day) == []

    def test_nothing_is_left_of_one_who_goes(self, house, counters, owners, repository, bookkeeper):
        end(house)
        bookkeeper.copy()
        end(house)
        late = list(counters.changed(limit=9))
        owners.erase(house.caller.owner)

        assert len(late) == 1
        assert counted(house, counters) == {}
        assert bookkeeper.copy() == 0
        assert repository.of_owner(house.caller.owner, 0, 99_999) == []
        assert house.redis.keys("*usage*") == []
