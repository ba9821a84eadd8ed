"""`make run` as a person meets it: with the project's Procfile, and with one of stubs."""

import os
import shlex
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from dotenv import dotenv_values
from pymongo import MongoClient
from redis import Redis
from redis.exceptions import RedisError

from tests.functional.running_house import HOUSE_WITHIN_S, RunningHouse, until

ROOT = Path(__file__).parents[2]
STUBS = f"""
web: {shlex.quote(sys.executable)} -m tests.functional.house_stub web
flower: python -m tests.functional.house_stub flower
sweeper: python -m tests.functional.house_stub sweeper
"""

pytestmark = [
    pytest.mark.timeout(600),
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc"),
]


@pytest.fixture
def open_house(tmp_path):
    houses = []
    stubs = tmp_path / "a Procfile"
    stubs.write_text(STUBS)

    def start(procfile=stubs, stdin=subprocess.DEVNULL, **env):
        arguments = f"--procfile {shlex.quote(str(procfile))}"
        # The environment stands: this test runs in it.
        command = ["make", "-C", str(ROOT), "-o", ".venv/.embedded", "run", f"ARGS={arguments}"]
        cleared = dict.fromkeys(("REDIS_URI", "MONGO_URI", "BROKER_URI", "CACHE_URI"), "")
        houses.append(RunningHouse(command, tmp_path / "data", {**cleared, **env}, stdin))
        return houses[-1]

    yield start
    for house in houses:
        house.close()


def test_the_projects_own_processes_come_up_and_come_back(open_house):
    house = open_house(ROOT / "Procfile", WORKER_STALL="12")
    ready = house.wait_until_ready()
    frozen = house.pid("--hostname bulk@")
    os.kill(frozen, signal.SIGSTOP)

    assert f"API http://127.0.0.1:{house.port}/api/v1/docs" in ready
    assert f"Flower http://127.0.0.1:{house.flower_port}" in ready
    assert f"Redis and MongoDB embedded in {house.data_dir}" in ready
    for words in ("web.wsgi:app", "--hostname interactive@", "workers.sweeper"):
        house.kill(words)
    assert house.pid("--hostname bulk@", other_than={frozen})

    house.interrupt()
    house.wait_until_gone()
    assert "Traceback" not in house.output


@pytest.mark.deep
def test_it_tells_commands_beside_it_where_its_stores_are(open_house):
    house = open_house()
    house.wait_until_ready()
    told = house.data_dir / "stores.env"

    for setting in ("REDIS_URI", "MONGO_URI"):
        assert dotenv_values(told)[setting] == house.setting(setting, "house_stub web")
    house.interrupt()
    house.wait_until_gone()
    assert not told.exists()


class TestEndings:
    @pytest.mark.deep
    def test_ctrl_c_and_the_next_run_find_all_data_again(self, open_house):
        house = open_house()
        house.wait_until_ready()
        with stores(house) as (redis, mongo):
            redis.set("job", "kept")
            mongo.documents.insert_one({"_id": "text", "words": "kept"})
        house.interrupt()
        house.wait_until_gone()

        house = open_house()
        house.wait_until_ready()
        with stores(house) as (redis, mongo):
            assert redis.get("job") == b"kept"
            assert mongo.documents.find_one({"_id": "text"})["words"] == "kept"

    @pytest.mark.deep
    @pytest.mark.parametrize(
        "victim",
        [
            "-m devserver ",
            *(
                pytest.param(one, marks=pytest.mark.deep)
                for one in ("make ", "-m devserver.house ")
            ),
        ],
    )
    def test_nothing_outlives_a_killed_parent(self, open_house, victim):
        house = open_house()
        house.wait_until_ready()

        os.kill(house.pid(victim), signal.SIGKILL)

        house.wait_until_gone()

    @pytest.mark.deep
    def test_a_plain_kill_of_make_ends_all_in_order(self, open_house):
        house = open_house()
        house.wait_until_ready()

        house.process.terminate()

        house.wait_until_gone()
        assert "Valkey is now ready to exit" in house.output

    @pytest.mark.deep
    def test_a_closed_terminal_ends_all(self, open_house):
        terminal, its_other_side = os.openpty()
        house = open_house(stdin=its_other_side)
        house.wait_until_ready()

        os.close(its_other_side)
        os.close(terminal)

        house.wait_until_gone()

    def test_ctrl_c_before_all_is_up_leaves_nothing_either(self, open_house):
        house = open_house()
        house.pid("secantus")

        house.interrupt()

        house.wait_until_gone()


class TestStores:
    def test_a_killed_store_comes_back_in_its_place_with_its_data(self, open_house):
        house = open_house()
        house.wait_until_ready()
        with stores(house) as (redis, _):
            redis.set("job", "kept")
            house.kill("valkey-server")

            assert until(lambda: answer(redis), what=lambda: house.output) == b"kept"


class TestRefusals:
    def test_a_taken_port_is_told_with_its_setting(self, open_house):
        with socket.socket() as rival:
            rival.bind(("127.0.0.1", 0))
            rival.listen()
            port = rival.getsockname()[1]
            house = open_house(PORT=str(port))

            assert house.process.wait(HOUSE_WITHIN_S) == 2
        assert f"port {port} is taken: set PORT\n" in house.output
        assert not house.data_dir.exists()

    def test_wrong_settings_are_told_without_a_traceback(self, open_house):
        house = open_house(ENVIRONMENT="moon", RATE_LIMIT_SCALE="fast")

        assert house.process.wait(HOUSE_WITHIN_S) == 2
        assert "ENVIRONMENT: " in house.output
        assert "RATE_LIMIT_SCALE: " in house.output
        assert "Traceback" not in house.output

    @pytest.mark.deep
    def test_a_second_run_on_the_same_data_is_refused(self, open_house):
        first, second = open_house(), None
        first.wait_until_ready()
        second = open_house()

        assert second.process.wait(HOUSE_WITHIN_S) == 2
        assert f"{second.data_dir} is in use by another run" in second.output
        assert first.processes()


class stores:  # noqa: N801
    """The clients of a house's embedded stores."""

    def __init__(self, house):
        self._redis = Redis.from_url(house.setting("REDIS_URI", "house_stub sweeper"))
        self._mongo = MongoClient(house.setting("MONGO_URI", "house_stub sweeper"))

    def __enter__(self):
        return self._redis, self._mongo.get_default_database()

    def __exit__(self, *_):
        self._redis.close()
        self._mongo.close()


def answer(redis):
    try:
        return redis.get("job")
    except RedisError:
        return None
