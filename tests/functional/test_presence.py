"""Who lives is known, and with it what each lane can do at once."""

import pytest

from shared.data.redis.client import connect
from shared.data.redis.worker_registry import WorkerRegistry
from tests.metrics_client import metrics_of
from tests.stack import OwnRedis, until
from tests.stack_client import Writer, order, some_text

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


def capacity(stack):
    told = metrics_of(stack.url)
    lanes = ("interactive", "bulk", "isolate")
    return tuple(told("copydesk_lane_capacity", lane=lane) for lane in lanes)


class TestLiving:
    def test_lanes_can_do_what_their_live_workers_can(self, attended, living):
        until(lambda: capacity(attended) == (SLOTS, 0, 8), attended.logs)

        assert set(living()) == {"interactive", "isolate", "sweeper"}

    def test_a_worker_tells_what_it_holds_and_when_it_was_given_work(self, attended, living, model):
        with Writer(attended.url) as writer:
            job_id, hold = writer.begin_held(model, some_text())
            until(lambda: living()["interactive"].held == 1, attended.logs)
            hold.set()
            writer.ended(job_id)
        until(lambda: living()["interactive"].held == 0, attended.logs)
        told = living()["interactive"]

        assert told.pid == attended.processes["interactive"].pid
        assert told.started_ms < told.last_delivery_ms <= told.seen_ms

    def test_one_that_stops_is_gone_at_once(self, attended, living):
        attended.start("interactive-2").wait_until_ready()
        until(lambda: capacity(attended)[0] == 2 * SLOTS, attended.logs)
        stopped = attended.processes.pop("interactive-2")
        stopped.stop()
        stopped.wait(20)

        assert "interactive-2" not in living()
        assert capacity(attended)[0] == SLOTS

    def test_one_that_is_killed_is_gone_soon(self, attended, living):
        attended.start("interactive-3").wait_until_ready()
        until(lambda: "interactive-3" in living(), attended.logs)
        attended.processes.pop("interactive-3").kill()
        until(lambda: "interactive-3" not in living(), attended.logs)

        assert capacity(attended)[0] == SLOTS

    def test_redis_that_is_away_breaks_nothing_and_fills_no_log(self, attended, living, model):
        attended.redis.kill()
        until(lambda: "presence_untold" in log_of(attended, "sweeper"), attended.logs)
        attended.redis.start()
        until(lambda: {"interactive", "isolate", "sweeper"} <= set(living()), attended.logs)
        with Writer(attended.url) as writer:
            assert writer.finish(order(some_text()))["status"] == "succeeded"

        for name in ("interactive", "isolate", "sweeper"):
            assert log_of(attended, name).count("presence_untold") <= 1


def log_of(stack, name):
    return stack.processes[name].log.read_text()
