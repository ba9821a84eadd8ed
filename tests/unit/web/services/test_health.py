from types import SimpleNamespace

import pytest

from shared.errors import StoreUnavailableError
from shared.jobs.workers import SWEEPER, WorkerState
from web.services.health import HealthDesk

ALL_QUEUES = ("interactive", "bulk", "isolate")


def worker(role="interactive", queues=ALL_QUEUES, still_ms=0):
    return WorkerState(role, role, "h", 1, "1", 0, queues, slots=1, still_ms=still_ms)


SWEEPS = worker(SWEEPER, queues=())
ALL = (worker(), SWEEPS)


def away():
    raise StoreUnavailableError("away")


def desk(workers=ALL, *, redis=lambda: None, is_stuck=False):
    feed = SimpleNamespace(start=lambda: None, is_stuck=is_stuck)
    return HealthDesk(feed, {"redis": redis}, {"workers": lambda: workers, "breakers": list})


class TestStatus:
    def test_it_is_ok_with_nothing_to_say(self):
        report = desk().report()

        assert (report.status, report.concerns) == ("ok", ())

    @pytest.mark.parametrize(
        ("workers", "concern"),
        [
            ([worker(queues=("rescue", "bulk", "isolate")), SWEEPS], ()),
            ([worker(queues=("bulk", "isolate")), SWEEPS], ("no worker for interactive",)),
            ([worker()], ("no sweeper",)),
            ([worker(), worker(SWEEPER, (), still_ms=10_000)], ("no sweeper",)),
        ],
    )
    def test_what_is_missing_is_named(self, workers, concern):
        report = desk(workers).report()

        assert report.concerns == concern
        assert report.status == ("degraded" if concern else "ok")

    def test_a_part_that_is_away_is_worse_than_any_concern(self):
        report = desk([], redis=away).report()

        assert (report.status, report.failed) == ("error", ["redis"])


class TestLife:
    def test_a_reader_that_is_stuck_while_redis_answers_ends_it(self):
        assert desk().is_alive
        assert not desk(is_stuck=True).is_alive

    def test_a_store_that_is_away_does_not(self):
        assert desk(redis=away, is_stuck=True).is_alive
