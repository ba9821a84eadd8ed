import pytest

from shared.data.redis.lane_pauses import LanePauses
from shared.data.redis.shelf import Shelf, ShelvedWork
from shared.data.redis.work_board import WorkBoard
from shared.jobs.names import QueueName
from shared.jobs.records import Usage
from tests.unit.shared.data.redis_house import FAILURE, RedisHouse

FEW = 2


@pytest.fixture
def house(redis):
    return RedisHouse(redis, partitions=3)


@pytest.fixture
def board(redis, house):
    return WorkBoard(redis, house.keys)


def everywhere(house):
    """Return a caller for each partition."""
    found = {}
    while len(found) < 3:
        caller = house.enter()
        found.setdefault(house.keys.of_owner(caller.owner), caller)
    return found


def begin_everywhere(house):
    """Begin work in each partition; return the leases."""
    for keys, caller in everywhere(house).items():
        house.partition = keys
        yield house.claim(house.submit(caller))


class TestHeld:
    def test_it_tells_who_does_what(self, house, board):
        lease = next(begin_everywhere(house))
        (held,) = board.held(FEW).first

        assert (held.work_id, held.kind, held.queue) == (lease.work_id, "suggestion", "interactive")
        assert (held.worker, held.attempt) == ("w", 1)
        assert 0 <= held.age_ms < 60_000
        assert held.lease_left_ms <= 4000

    def test_it_counts_all_and_shows_few(self, house, board):
        assert len(list(begin_everywhere(house))) == 3
        seen = board.held(FEW)

        assert (seen.count, len(seen.first)) == (3, FEW)

    def test_nothing_is_younger_than_nothing(self, house, board, clock):
        house.claim(house.submit())
        clock.now_ms -= 60_000

        assert board.held(FEW).first[0].age_ms == 0

    def test_there_may_be_none(self, board):
        assert (board.held(FEW).count, board.waits().count) == (0, 0)


class TestWaits:
    def test_it_counts_by_reason_over_all_partitions(self, house, board):
        for lease in begin_everywhere(house):
            house.leases.give_back(lease, "provider_backoff", Usage(), wait_ms=30_000)
        seen = board.waits()

        assert (seen.count, dict(seen.reasons)) == (3, {"provider_backoff": 3})
        assert 0 < seen.next_ms <= 30_000
        assert 0 <= seen.oldest_ms < 60_000

    def test_none_is_younger_than_nothing(self, house, board, clock):
        house.leases.give_back(next(begin_everywhere(house)), "concurrency", Usage(), wait_ms=1)
        clock.now_ms -= 60_000

        assert board.waits().oldest_ms == 0


def test_failures_are_counted_by_day(redis, board):
    house = RedisHouse(redis, partitions=3)
    for lease in begin_everywhere(house):
        house.finish(lease, FAILURE)
    seconds, _ = redis.time()
    today = seconds // 86_400

    assert board.failures(today) == {("suggestion", "PROVIDER_ERROR"): 3}
    assert board.failures(today - 1) == {}


class TestShelf:
    def test_it_shows_the_newest_of_all_partitions(self, redis, house):
        shelved = [lease.work_id for lease in begin_everywhere(house)]
        for at, work_id in enumerate(shelved):
            redis.zadd(house.keys.of_work(work_id).shelf, {work_id: at})
        shelf = Shelf(redis, house.keys)
        newest = shelf.newest(FEW)

        assert shelf.count() == 3
        assert [letter.work_id for letter in newest] == shelved[:0:-1]
        assert {(letter.kind, letter.lane) for letter in newest} == {("suggestion", "interactive")}

    def test_it_is_read_page_by_page_though_many_came_at_once(self, redis, house):
        ids = {work: 5 for partition in "012" for work in self.ids(partition, 7)}
        ids |= {work: at for at, work in enumerate(self.ids("1", 4, first=100), start=3)}
        for work_id, at in ids.items():
            redis.zadd(house.keys.of_work(work_id).shelf, {work_id: at})
        shelf, seen = Shelf(redis, house.keys), []
        while page := shelf.newest(FEW, seen[-1] if seen else None):
            seen += [ShelvedWork(letter.work_id, letter.shelved_ms) for letter in page]
            shelf.take_off(page[-1].work_id)  # whatever the next page is asked by has gone

        assert [one.work_id for one in seen] == sorted(
            ids, key=lambda work: (ids[work], work), reverse=True
        )

    def ids(self, partition, count, first=0):
        return [f"job_{n:032}p{partition}" for n in range(first, first + count)]

    def test_an_owner_is_a_digest(self, redis, house):
        lease = next(begin_everywhere(house))
        keys = house.keys.of_work(lease.work_id)
        redis.zadd(keys.shelf, {lease.work_id: 1})
        (letter,) = Shelf(redis, house.keys).newest(FEW)

        assert len(letter.owner) == 8
        assert letter.owner not in redis.hget(keys.job(lease.work_id), "owner")


def test_a_paused_lane_is_no_wait(redis, house, board):
    LanePauses(redis, house.keys).pause(QueueName.INTERACTIVE)

    assert list(begin_everywhere(house)) == [None] * 3
    assert board.waits().count == 0
