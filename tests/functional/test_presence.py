"""Who lives is known, and with it what each lane can do at once."""

import pytest

from shared.data.redis.client import connect
from shared.data.redis.worker_registry import WorkerRegistry
from shared.jobs.workers import BEAT
from tests.metrics_client import metrics_of
from tests.stack import OwnRedis, until
from tests.stack_client import Writer, order, some_text
from workers.probe import fault_of

SLOTS = 7


@pytest.fixture(scope="module")
def attended(new_stack, house):
    """Return a stack with a pool of threads and one of processes, over a Redis of its own."""
    settings = {"WORKER_SLOTS": str(SLOTS), "WORKER_GRACE": "1"}
    with (
        OwnRedis(house / "attended-redis") as redis,
        new_stack("attended", redis, **settings) as own,
    ):
        own.redis = redis
        yield own.start("web", "interactive", "isolate", "sweeper").wait_until_ready()


@pytest.fixture
def living(attended):
    """Return a function that returns who lives, by what they are."""
    with connect(str(attended.settings.redis_uri), timeout_s=5) as redis:
        registry = WorkerRegistry(redis)
        yield lambda: {one.role: one for one in registry.living()}


@pytest.fixture
def beats(attended):
    """Return a function that returns what live beats say, the oldest first."""
    with connect(str(attended.settings.redis_uri), timeout_s=5) as redis:
        registry = WorkerRegistry(redis)
        yield lambda: sorted(
            (one for one in registry.living() if one.role == BEAT), key=lambda one: -one.up_ms
        )
    for name in ("beat", "beat-2"):
        if process := attended.processes.pop(name, None):
            process.kill()


def turned_ms(beat):
    """Return how long after its start its loop turned last."""
    return beat.up_ms - beat.still_ms


def has_turned_since(beat, told):
    return any(one.pid == beat.pid and turned_ms(one) > turned_ms(beat) + 1000 for one in told)


def capacity(stack):
    told = metrics_of(stack.url)
    lanes = ("interactive", "bulk", "isolate")
    return tuple(told("copydesk_lane_capacity", lane=lane) for lane in lanes)


class TestLiving:
    def test_lanes_can_do_what_their_live_workers_can(self, attended, living):
        until(lambda: capacity(attended) == (SLOTS, 0, 8), attended.logs)

        until(lambda: set(living()) == {"interactive", "isolate", "sweeper"}, living)

    def test_a_worker_tells_what_it_holds_and_when_it_was_given_work(self, attended, living, model):
        with Writer(attended.url) as writer:
            job_id, hold = writer.begin_held(model, some_text())
            until(lambda: worker_holding(living, 1), attended.logs)
            hold.set()
            writer.ended(job_id)
        told = until(lambda: worker_holding(living, 0), attended.logs)

        assert told.pid == attended.processes["interactive"].pid
        assert told.started_ms < told.last_delivery_ms <= told.seen_ms

    @pytest.mark.deep
    def test_a_beat_tells_that_its_loop_turns_and_a_second_one_that_it_lives(self, attended, beats):
        attended.start("beat").wait_until_ready()
        until(lambda: [one for one in beats() if one.still_ms is not None], attended.logs)
        attended.start("beat-2").wait_until_ready()
        until(lambda: len(beats()) == 2, attended.logs)
        first, second = beats()
        until(lambda: has_turned_since(first, beats()), attended.logs)

        assert second.still_ms is None  # it waits for the lock
        assert fault_of(BEAT, attended.settings) is None

    @pytest.mark.deep
    def test_one_that_stops_is_gone_at_once(self, attended, living):
        attended.start("interactive-2").wait_until_ready()
        until(lambda: capacity(attended)[0] == 2 * SLOTS, attended.logs)
        stopped = attended.processes.pop("interactive-2")
        stopped.stop()
        stopped.wait(60)

        assert "interactive-2" not in living()
        until(lambda: capacity(attended)[0] == SLOTS, attended.logs)

    @pytest.mark.deep
    def test_one_that_is_killed_is_gone_soon(self, attended, living):
        attended.start("interactive-3").wait_until_ready()
        until(lambda: "interactive-3" in living(), attended.logs)
        attended.processes.pop("interactive-3").kill()
        until(lambda: "interactive-3" not in living(), attended.logs)

        until(lambda: capacity(attended)[0] == SLOTS, attended.logs)

    def test_redis_that_is_away_breaks_nothing_and_fills_no_log(self, attended, living, model):
        names = ("interactive", "isolate", "sweeper")
        before = {name: untold(attended, name) for name in names}
        attended.redis.kill()
        until(lambda: all(untold(attended, n) > before[n] for n in names), attended.logs)
        told = {name: untold(attended, name) - before[name] for name in names}
        attended.redis.start()
        until(lambda: set(names) <= set(living()), attended.logs)
        with Writer(attended.url) as writer:
            assert writer.finish(order(some_text()))["status"] == "succeeded"

        assert told == dict.fromkeys(names, 1)  # each tries every other second


def worker_holding(living, count):
    """Return what the worker says of itself, once it says that it holds so much."""
    told = living().get("interactive")
    return told if told and told.held == count else None


def untold(stack, name):
    """Return how often a process has said that it could not tell of itself."""
    return stack.processes[name].log.read_text().count("presence_untold")
