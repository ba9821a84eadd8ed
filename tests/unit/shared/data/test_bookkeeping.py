from datetime import UTC, datetime

import pytest

from shared.data.cached_users import CachedUserRepository
from shared.data.mongo.usage_days import UsageRepository
from shared.data.redis.record_cache import CacheServers
from shared.data.redis.usage import UsageCounters
from shared.data.usage_owners import usage_owners
from shared.domain.accounts import Role, User
from shared.domain.usage import by_day, date_of
from tests.unit.shared.data.usage_counts import counted, end, today
from workers.services.bookkeeping import Bookkeeper


@pytest.fixture
def counters(redis, house):
    return UsageCounters(redis, house.keys)


@pytest.fixture
def repository(database):
    return UsageRepository(database)


@pytest.fixture
def users(database, redis, house):
    return CachedUserRepository(database, CacheServers(redis, redis, are_one=True), house.keys)


@pytest.fixture
def bookkeeper(database, redis, house, users):
    return Bookkeeper(usage_owners(database, redis, house.keys), users)


@pytest.fixture
def ann(users):
    found = User("1", "a@x.test", "a@x.test", "Ann", "hash", Role.USER, datetime.now(UTC))
    users.add(found)
    return found


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

    def test_what_was_copied_before_redis_lost_it_counts_on(self, house, repository, bookkeeper):
        for jobs in (2, 1):
            for _ in range(jobs):
                end(house)
            bookkeeper.copy()
            house.redis.delete(*house.redis.keys("*usage*"))
        kept = repository.of_owner(house.caller.owner, today(house) - 1, today(house))

        assert sum(each.counts["jobs:suggestion:complete"] for each in kept) == 3

    def test_a_slow_bookkeeper_does_not_put_back_the_clock(self, house, counters, bookkeeper):
        end(house)
        (old,) = counters.changed(limit=9)
        end(house)
        bookkeeper.copy()
        bookkeeper.usage.days.keep(old)
        counters.note_copied(old)

        (kept,) = bookkeeper.usage.days.of_owner(house.caller.owner, old.day, old.day + 1)
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
        self, house, counters, bookkeeper, ann, is_copied_before
    ):
        repository = bookkeeper.usage.days
        end(house)
        if is_copied_before:
            bookkeeper.copy()
        for _ in range(2):  # the first time it died
            bookkeeper.usage.move(house.caller.owner, ann.owner)
        bookkeeper.copy()
        day = today(house)

        (kept,) = repository.of_owner(ann.owner, day - 1, day)
        assert kept.counts["input_tokens"] == 100
        assert repository.of_owner(house.caller.owner, day - 1, day) == []

    def test_nothing_is_left_of_an_owner_who_goes(self, house, counters, repository, bookkeeper):
        end(house)
        bookkeeper.copy()
        end(house)
        late = list(counters.changed(limit=9))
        bookkeeper.usage.erase(house.caller.owner)

        assert len(late) == 1
        assert counted(house, counters) == {}
        assert bookkeeper.copy() == 0
        assert repository.of_owner(house.caller.owner, 0, 99_999) == []
        assert house.redis.keys("*usage*") == []

    def test_what_ends_or_is_copied_late_is_forgotten_too(self, house, bookkeeper, users, ann):
        counters, repository = bookkeeper.usage.counters, bookkeeper.usage.days
        end(house)
        bookkeeper.usage.move(house.caller.owner, ann.owner)
        late = list(counters.changed(limit=9))
        users.begin_deleting(ann.id)
        bookkeeper.usage.erase(ann.owner)
        counters.changed = lambda limit: iter(late)
        bookkeeper.copy()

        assert len(late) == 1
        assert repository.of_owner(ann.owner, 0, 99_999) == []

    def test_who_changes_all_the_time_waits_no_longer_than_others(self, house, counters):
        end(house)
        (_, since), *_ = house.redis.zrange(house.partition.usage_changed, 0, -1, withscores=True)
        end(house)

        assert (
            house.redis.zrange(house.partition.usage_changed, 0, -1, withscores=True)[0][1] == since
        )
