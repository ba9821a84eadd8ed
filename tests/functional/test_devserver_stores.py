"""The embedded stores: real servers, here without supervision."""

import signal
import subprocess
import sys

import pytest
from pymongo import MongoClient
from redis import Redis

from devserver.errors import StartError
from devserver.stores import EmbeddedMongo, EmbeddedRedis
from tests.functional.running_house import is_running, until


@pytest.fixture(params=[EmbeddedRedis, EmbeddedMongo], ids=["redis", "mongo"])
def kind(request):
    return request.param


@pytest.fixture
def store(kind, tmp_path):
    with kind(tmp_path / "a folder" / kind.name) as store:
        yield store


def write(store, number):
    if isinstance(store, EmbeddedRedis):
        with Redis.from_url(store.uri) as client:
            client.rpush("numbers", number)
    else:
        with MongoClient(store.uri) as client:
            client.get_default_database()["numbers"].insert_one({"number": number})


def read(store):
    if isinstance(store, EmbeddedRedis):
        with Redis.from_url(store.uri) as client:
            return [int(number) for number in client.lrange("numbers", 0, -1)]
    with MongoClient(store.uri) as client:
        found = client.get_default_database()["numbers"].find().sort("number")
        return [record["number"] for record in found]


def test_it_keeps_all_over_a_kill_and_a_stop(store):
    for number in range(50):
        write(store, number)
    store.kill()
    killed_uri = store.uri
    store.start()
    write(store, 50)
    store.stop()
    store.start()

    assert store.uri == killed_uri
    assert read(store) == list(range(51))


@pytest.mark.deep
def test_it_keeps_all_for_a_successor_on_another_port(store, kind):
    write(store, 1)
    store.stop()

    with kind(store.folder) as successor:
        assert successor.port != store.port
        assert read(successor) == [1]


def test_it_leaves_no_process(kind, tmp_path):
    with kind(tmp_path / kind.name) as store:
        pid = store.pid
        assert is_running(pid)

    assert not is_running(pid)
    assert not store.answers()


def test_it_ends_with_a_killed_parent(kind, tmp_path):
    script = (
        "import pathlib, sys, time\n"
        f"from devserver.stores import {kind.__name__} as Store\n"
        "store = Store(pathlib.Path(sys.argv[1])); store.start()\n"
        "print(store.pid, flush=True); time.sleep(100)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path / kind.name)], stdout=subprocess.PIPE
    ) as parent:
        pid = int(parent.stdout.readline())
        parent.send_signal(signal.SIGKILL)

    until(lambda: not is_running(pid), within_s=60, what=lambda: f"{pid} is alive")


def test_it_says_where_its_output_is_when_it_cannot_start(store, kind, tmp_path):
    rival = kind(tmp_path / "rival", store.port)
    # The port's owner would answer in its place.
    rival.answers = lambda: False

    with pytest.raises(StartError, match=r"ended at once: see .*rival\.log"):
        rival.start()
