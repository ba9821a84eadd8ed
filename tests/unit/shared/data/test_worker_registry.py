from dataclasses import replace

import pytest

from shared.data.redis.installation_keys import InstallationKeys
from shared.data.redis.worker_registry import WorkerRegistry
from shared.jobs.workers import WorkerState, capacity

ONE = WorkerState(
    name="interactive@a/7",
    role="interactive",
    host="a",
    pid=7,
    version="1",
    up_ms=60_000,
    queues=("rescue", "interactive"),
    slots=50,
    held=3,
    idle_ms=2000,
)
KEYS = InstallationKeys()


@pytest.fixture
def registry(redis):
    return WorkerRegistry(redis)


@pytest.fixture
def silent(redis):
    """Return a function after which a process was heard so long ago."""

    def make(name, ms):
        heard = redis.zscore(KEYS.workers_seen, name)
        redis.zadd(KEYS.workers_seen, {name: heard - ms})

    return make


class TestLiving:
    def test_what_a_process_says_of_itself_is_known_and_when(self, registry, redis):
        registry.attend(ONE)
        (found,) = registry.living()
        now_s, _ = redis.time()

        assert replace(found, seen_ms=0) == ONE
        assert found.seen_ms // 1000 in range(now_s - 60, now_s + 1)
        assert found.seen_ms - found.started_ms == 60_000
        assert found.seen_ms - found.last_delivery_ms == 2000

    def test_what_it_says_last_holds(self, registry):
        registry.attend(ONE)
        registry.attend(replace(ONE, held=50))

        assert [one.held for one in registry.living()] == [50]

    def test_one_that_leaves_is_gone_at_once(self, registry, redis):
        registry.attend(ONE)
        registry.leave(ONE.name)

        assert registry.living() == []
        assert redis.exists(KEYS.workers, KEYS.workers_seen) == 0

    def test_one_that_is_silent_for_ten_seconds_is_gone(self, registry, silent):
        registry.attend(ONE)
        silent(ONE.name, 10_001)

        assert registry.living() == []

    def test_whoever_comes_forgets_the_silent_ones(self, registry, silent, redis):
        registry.attend(ONE)
        silent(ONE.name, 10_001)
        registry.attend(replace(ONE, name="b"))

        assert redis.hkeys(KEYS.workers) == redis.zrange(KEYS.workers_seen, 0, -1) == ["b"]

    def test_what_a_later_release_says_besides_does_no_harm(self, registry, redis):
        registry.attend(ONE)
        told = redis.hget(KEYS.workers, ONE.name)
        redis.hset(KEYS.workers, ONE.name, told.replace("{", '{"mood":"good",', 1))

        assert [one.name for one in registry.living()] == [ONE.name]


def test_the_capacity_of_a_lane_is_what_all_its_workers_can_do_at_once():
    isolate = replace(ONE, queues=("isolate",), slots=8)
    sweeper = replace(ONE, queues=(), slots=0)

    assert capacity([ONE, ONE, isolate, sweeper]) == {"bulk": 0, "interactive": 100, "isolate": 8}
