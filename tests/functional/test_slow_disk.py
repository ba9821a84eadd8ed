"""A Redis that is killed while its disk is slow: it answers before it has written."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from shared.data.redis import admission
from shared.data.redis.client import connect
from tests.stack import OwnRedis, until
from tests.unit.shared.data.redis_house import RedisHouse

CAN_BE_SLOW = sys.platform.startswith("linux") and shutil.which("cc") is not None
pytestmark = pytest.mark.skipif(not CAN_BE_SLOW, reason="needs Linux and a C compiler")


@pytest.fixture(scope="module")
def slowness(tmp_path_factory):
    library = tmp_path_factory.mktemp("slow") / "slow_disk.so"
    source = Path(__file__).with_name("slow_disk.c")
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
    return str(library)


@pytest.fixture
def store(house, slowness, monkeypatch):
    monkeypatch.setenv("LD_PRELOAD", slowness)
    with OwnRedis(house / "slow-redis") as redis:
        yield redis


def accept_while_an_fsync_is_under_way(store):
    """Submit jobs in that moment, kill the store, and return how many it still knows."""
    redis = connect(store.uri, timeout_s=60)
    own = RedisHouse(redis)

    def is_busy():
        redis.incr("written")
        return redis.info("persistence")["aof_pending_bio_fsync"]

    until(is_busy, lambda: "no fsync ever")
    job_ids = [own.submit().job_id for _ in range(5)]
    store.kill()
    store.start()
    again = connect(store.uri, timeout_s=60)
    return sum(again.exists(own.partition.job(job_id)) for job_id in job_ids)


def test_what_was_accepted_is_there(store):
    assert accept_while_an_fsync_is_under_way(store) == 5


def test_it_would_not_be_without_waiting(store, monkeypatch):
    monkeypatch.setattr(admission, "wait_until_written", lambda _: None)

    # On a busy machine the disk may be done before the kill comes.
    until(lambda: accept_while_an_fsync_is_under_way(store) < 5, lambda: "nothing is ever lost")
