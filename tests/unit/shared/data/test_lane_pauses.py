import pytest
from redis.exceptions import RedisError

from shared.data.redis.lane_pauses import LanePauses
from shared.errors import StoreUnavailableError
from shared.jobs.names import QueueName
from shared.jobs.states import Status
from tests.unit.shared.data.batch_house import BatchHouse, section
from tests.unit.shared.data.redis_house import RedisHouse

INTERACTIVE, BULK = QueueName.INTERACTIVE, QueueName.BULK


@pytest.fixture
def pauses(redis, house):
    return LanePauses(redis, house.keys)


@pytest.fixture
def paused(pauses):
    pauses.pause(INTERACTIVE)
    return pauses


def lapsed(house, times):
    """Return work whose worker has died so often."""
    admitted, lease = house.begin()
    for n in range(times):
        house.lapse(lease if not n else house.claim(admitted))
        house.sweep()
    return admitted


def left_ms(house, admitted):
    return float(house.redis.hget(house.partition.work(admitted.job_id), "left"))


class TestPause:
    def test_work_is_accepted_and_nobody_begins_it(self, house, paused):
        admitted = house.submit()

        assert house.claim(admitted) is None
        assert house.find(admitted).status is Status.QUEUED

    def test_other_lanes_go_on(self, house, paused):
        assert house.claim(house.submit(lane=BULK))

    def test_what_runs_ends(self, house, pauses):
        _, lease = house.begin()
        pauses.pause(INTERACTIVE)

        assert house.append(lease, []) is not None

    @pytest.mark.parametrize(("deaths", "queue"), [(1, "rescue"), (2, "isolate")])
    def test_it_holds_in_every_queue_with_work_of_the_lane(self, house, pauses, deaths, queue):
        admitted = lapsed(house, deaths)
        pauses.pause(INTERACTIVE)

        assert house.redis.hget(house.partition.work(admitted.job_id), "queue") == queue
        assert house.claim(admitted) is None

    def test_the_sweeper_publishes_nothing_again(self, house, paused):
        admitted = house.submit()
        house.claim(admitted)
        house.overdue(admitted)

        assert house.sweep() == []

    def test_suspects_of_other_lanes_are_published(self, house, pauses):
        theirs = lapsed(house, 2)
        pauses.pause(BULK)
        house.redis.zadd(house.partition.ready("isolate"), {theirs.job_id: 0})

        assert [found[0] for found in house.sweep()] == [theirs.job_id]

    def test_who_has_to_begin_by_a_time_expires(self, house, paused):
        admitted = house.submit(expires_in_ms=100_000)
        house.redis.hset(house.partition.job(admitted.job_id), "start_by", 1)
        house.claim(admitted)

        assert house.find(admitted).status is Status.EXPIRED


class TestBatches:
    def test_their_sections_wait_and_then_go_on_in_their_line(self, redis):
        house = BatchHouse(redis)
        sections = house.set_out(*(section(n) for n in range(1, 4)))
        pauses = LanePauses(redis, house.keys)
        pauses.pause(BULK)
        turned_away = [house.take(one) for one in sections.values()]
        published = house.sweep()
        pauses.resume(BULK)

        assert (turned_away, published) == ([None] * 3, [])
        assert sorted(found[0] for found in house.sweep()) == [sections[1], sections[2]]
        assert house.take(sections[1]).to_wake == (sections[3],)


class TestTheClock:
    def test_work_that_had_begun_keeps_what_it_has_left(self, house, pauses):
        admitted = lapsed(house, 1)
        pauses.pause(INTERACTIVE)
        assert 0 < left_ms(house, admitted) <= 60_000
        house.redis.hset(house.partition.work(admitted.job_id), "left", 5000)
        pauses.resume(INTERACTIVE)

        assert 4000 < house.claim(admitted).remaining_ms <= 5000

    def test_so_does_what_is_given_back_meanwhile(self, house, pauses):
        admitted, lease = house.begin()
        pauses.pause(INTERACTIVE)
        house.lapse(lease)
        house.sweep()

        assert 0 < left_ms(house, admitted) <= 60_000

    def test_a_deadline_that_had_passed_has_passed(self, house, pauses):
        admitted = lapsed(house, 1)
        house.redis.hset(house.partition.work(admitted.job_id), "deadline", 1)
        house.claim(admitted)

        assert house.find(admitted).status is Status.FAILED


class TestResume:
    def test_the_next_sweep_publishes_what_was_held_back(self, house, paused):
        admitted = house.submit()
        house.claim(admitted)
        paused.resume(INTERACTIVE)

        assert house.sweep() == [(admitted.job_id, "interactive", "overdue")]
        assert house.claim(admitted)

    def test_so_it_does_with_suspects(self, house, pauses):
        admitted = lapsed(house, 2)
        pauses.pause(INTERACTIVE)
        house.claim(admitted)
        house.sweep()
        pauses.resume(INTERACTIVE)

        assert house.sweep() == [(admitted.job_id, "isolate", "overdue")]


class TestPartitions:
    def test_a_pause_holds_in_all_of_them(self, redis):
        house = RedisHouse(redis, partitions=4)
        LanePauses(redis, house.keys).pause(BULK)

        assert [redis.smembers(keys.paused) for keys in house.keys] == [{"bulk"}] * 4

    def test_one_that_missed_a_change_follows_with_the_next_sweep(self, redis):
        house = RedisHouse(redis, partitions=2)
        LanePauses(redis, house.keys).pause(BULK)
        first, _ = house.keys
        redis.delete(first.paused, first.paused_by)
        house.sweep()

        assert redis.smembers(first.paused) == {"bulk"}

    def test_a_change_that_comes_late_changes_nothing(self, redis, house, pauses):
        pauses.pause(BULK)
        late, pauses.read = pauses.read(), lambda: late
        pauses.heal()
        LanePauses(redis, house.keys).resume(BULK)
        pauses.heal()

        assert redis.smembers(house.partition.paused) == set()


class TestState:
    def test_it_tells_since_when_the_first_time(self, pauses):
        pauses.pause(BULK)
        since = pauses.read().since_ms["bulk"]
        pauses.pause(BULK)

        assert pauses.read().since_ms == {"bulk": since}

    def test_nothing_is_paused_at_first(self, pauses):
        assert pauses.read().since_ms == {}

    def test_it_says_so_when_redis_is_away(self, house, pauses, monkeypatch):
        def fail(**_):
            raise StoreUnavailableError("away") from RedisError()

        monkeypatch.setattr(pauses, "_pause", fail)
        with pytest.raises(StoreUnavailableError):
            pauses.pause(INTERACTIVE)
        house.sweep()

        assert house.redis.smembers(house.partition.paused) == {"interactive"}
