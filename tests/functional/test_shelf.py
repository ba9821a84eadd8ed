import os
import subprocess
import sys

import pytest

from devserver.stores import EmbeddedRedis
from shared.data.redis.client import connect
from shared.jobs.states import Status
from tests.unit.shared.data.redis_house import RedisHouse


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    with EmbeddedRedis(tmp_path_factory.mktemp("shelf")) as redis:
        yield redis


@pytest.fixture
def house(store):
    return RedisHouse(connect(store.uri, timeout_s=5))


@pytest.fixture
def poisoned(house):
    """Return a job that ended its worker each time."""
    admitted = house.submit()
    for _ in range(3):
        house.lapse(house.claim(admitted))
        house.sweep()
    assert house.find(admitted).status is Status.FAILED
    return admitted


@pytest.fixture
def shelf(store):
    """Return a function that runs the shelf's command line."""
    env = os.environ | {"REDIS_URI": store.uri, "MONGO_URI": "mongodb://127.0.0.1:1/none"}

    def run(*arguments):
        command = [sys.executable, "-m", "workers.shelf", *arguments]
        return subprocess.run(command, env=env, capture_output=True, text=True, check=False)

    return run


class TestShelf:
    def test_it_lists_what_used_up_its_attempts(self, shelf, poisoned):
        assert poisoned.job_id in shelf("list").stdout

    def test_it_shows_the_history_and_no_text(self, shelf, poisoned):
        told = shelf("show", poisoned.job_id).stdout

        assert told.count("job.started") == 3
        assert "POISONED" in told
        assert "…" not in told  # the input of these tests

    def test_it_replays_as_a_new_job_of_the_same_owner(self, shelf, poisoned, house):
        new_id = shelf("replay", poisoned.job_id).stdout.strip()
        replayed = house.jobs.find(new_id, owner=house.caller.owner)

        assert (replayed.status, replayed.retry_of) == (Status.QUEUED, poisoned.job_id)
        assert poisoned.job_id not in shelf("list").stdout

    def test_it_drops_and_shreds(self, shelf, poisoned, house):
        dropped = shelf("drop", poisoned.job_id)

        assert dropped.returncode == 0
        assert poisoned.job_id not in shelf("list").stdout
        assert not house.redis.exists(house.partition.input(poisoned.job_id))

    def test_it_says_so_when_there_is_no_such_work(self, shelf):
        refused = shelf("show", f"job_{0:032}p0")

        assert refused.returncode == 1
        assert "no such work" in refused.stderr
