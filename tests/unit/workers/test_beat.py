from celery.signals import beat_init
from redbeat.schedulers import RedBeatScheduler, acquire_distributed_beat_lock

from shared.jobs.workers import BEAT
from shared.settings import Settings
from workers.app import create_worker
from workers.beat import BeatPulse, Scheduler

STORES = {"redis_uri": "redis://127.0.0.1:1", "mongo_uri": "mongodb://127.0.0.1:1/x"}


def test_a_beat_that_waits_for_the_lock_says_nothing_of_its_loop():
    assert BeatPulse().state(BEAT).still_ms is None


def test_its_loop_turns_with_each_tick(monkeypatch):
    monkeypatch.setattr(RedBeatScheduler, "tick", lambda _self: 4)
    worker = create_worker(Settings(_env_file=None, **STORES))
    worker.beat_pulse._turned_at -= 100  # it has not turned for as long
    waits_s = Scheduler(worker, lazy=True).tick()

    assert waits_s == 4
    assert worker.beat_pulse.state(BEAT).still_ms < 100_000


def test_it_is_counted_watched_and_announced_before_it_waits_for_the_lock():
    create_worker(Settings(_env_file=None, **STORES))

    assert beat_init._live_receivers(None)[-1] is acquire_distributed_beat_lock
