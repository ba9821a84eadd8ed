import os
import subprocess
import sys
from contextlib import closing

import pytest

from devserver.stores import EmbeddedRedis
from shared.data.mongo import client as mongo
from shared.data.mongo.audit import AuditLog
from shared.data.redis.client import connect
from shared.jobs.states import Status
from tests.unit.shared.data.redis_house import RedisHouse

NOWHERE = {"MONGO_URI": "mongodb://127.0.0.1:1/none", "MONGO_TIMEOUT": "2"}


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    with EmbeddedRedis(tmp_path_factory.mktemp("shelf")) as redis:
        yield redis


@pytest.fixture
def jobs_house(store):
    return RedisHouse(connect(store.uri, timeout_s=60))


@pytest.fixture
def poisoned(jobs_house):
    """Return a job that ended its worker each time."""
    admitted = jobs_house.submit()
    for _ in range(3):
        jobs_house.lapse(jobs_house.claim(admitted))
        jobs_house.sweep()
    assert jobs_house.find(admitted).status is Status.FAILED
    return admitted


@pytest.fixture
def database(mongo_server):
    return mongo_server.new_database("shelf")


@pytest.fixture
def shelf(store, database):
    """Return a function that runs the shelf's command line."""
    env = os.environ | {"REDIS_URI": store.uri, "MONGO_URI": database, "MONGO_TIMEOUT": "20"}

    def run(*arguments, to=subprocess.PIPE, **changed):
        command = [sys.executable, "-m", "workers.shelf", *arguments]
        pipes = {"stdout": to, "stderr": subprocess.PIPE}
        return subprocess.run(command, env=env | changed, **pipes, text=True, check=False)

    return run


class TestShelf:
    def test_it_lists_what_used_up_its_attempts(self, shelf, poisoned):
        assert poisoned.job_id in shelf("list").stdout

    @pytest.mark.deep
    def test_a_reader_who_has_seen_enough_is_no_fault(self, shelf, poisoned):
        reader, writer = os.pipe()
        os.close(reader)
        told = shelf("list", to=writer)
        os.close(writer)

        assert (told.returncode, told.stderr) == (0, "")

    def test_it_shows_the_history_and_no_text(self, shelf, poisoned):
        told = shelf("show", poisoned.job_id).stdout

        assert told.count("job.started") == 3
        assert "POISONED" in told
        assert "…" not in told  # the input of these tests

    def test_it_replays_as_a_new_job_of_the_same_owner(self, shelf, poisoned, jobs_house):
        new_id = shelf("replay", poisoned.job_id).stdout.strip()
        replayed = jobs_house.jobs.find(new_id, owner=jobs_house.caller.owner)

        assert (replayed.status, replayed.retry_of) == (Status.QUEUED, poisoned.job_id)
        assert poisoned.job_id not in shelf("list").stdout

    @pytest.mark.deep
    def test_it_drops_and_shreds(self, shelf, poisoned, jobs_house):
        dropped = shelf("drop", poisoned.job_id)

        assert dropped.returncode == 0
        assert poisoned.job_id not in shelf("list").stdout
        assert not jobs_house.redis.exists(jobs_house.partition.input(poisoned.job_id))

    def test_what_it_does_stands_in_the_audit_log(self, shelf, poisoned, database):
        shelf("drop", poisoned.job_id)
        opened = mongo.connect(database)
        with closing(opened.client):
            (entry,) = AuditLog(opened).newest(10)

        told = (entry.deed.who, entry.deed.what, entry.deed.about, entry.outcome)
        assert told == ("command line", "drop", poisoned.job_id, "done")

    @pytest.mark.deep
    def test_it_does_nothing_that_cannot_be_written_down(self, shelf, poisoned):
        refused = shelf("drop", poisoned.job_id, **NOWHERE)

        assert refused.returncode == 1
        assert poisoned.job_id in shelf("list").stdout

    def test_it_says_so_when_there_is_no_such_work(self, shelf):
        refused = shelf("show", f"job_{0:032}p0")

        assert refused.returncode == 1
        assert "no such work" in refused.stderr
