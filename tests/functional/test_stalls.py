"""A worker that is connected and takes nothing ends, and its successor does the work."""

import os
import signal
import socket
import time

import psutil
import pytest
from celery import Celery

from shared.jobs.broker import configure
from tests.cutting_proxy import CuttingProxy
from tests.stack import OwnRedis, until
from tests.stack_client import Writer, order, some_text
from workers.nodes import STALLED_STATUS

STALL_S = "3"  # of those that are to end: others are not to be ended by a busy machine
STUCK = signal.SIGRTMIN
# Read by Python itself when the process starts: lets a test take the main thread away.
WEDGE = f"""
import signal, time
signal.signal({int(STUCK)}, lambda *_: time.sleep(3600))
"""


@pytest.fixture(scope="module")
def frail(new_stack, house):
    """Return a stack whose broker is a Redis of its own."""
    (house / "wedge").mkdir()
    (house / "wedge" / "sitecustomize.py").write_text(WEDGE)
    with (
        OwnRedis(house / "frail-jobs") as jobs,
        OwnRedis(house / "frail-broker") as broker,
        new_stack("frail", jobs, BROKER_URI=broker.uri, WORKER_STALL="60") as own,
    ):
        own.broker = broker
        own.wedge = {"PYTHONPATH": f"{house / 'wedge'}{os.pathsep}{os.getcwd()}"}
        yield own.start("web", "sweeper").wait_until_ready()


@pytest.fixture
def worker(frail):
    """Return a function that starts the worker and returns its process."""

    def start(**env):
        frail.own_env["interactive"] = frail.wedge | env
        return frail.start("interactive").wait_until_ready().processes["interactive"]

    yield start
    for name in frail.of_kind("interactive"):
        frail.processes.pop(name).kill()


@pytest.fixture
def caller(frail, model):
    with Writer(frail.url) as someone:
        yield someone


@pytest.fixture
def commands(frail):
    """Return what tells workers what to do."""
    app = Celery(broker=frail.settings.broker, set_as_current=False)
    configure(app, frail.settings, timeout_s=5)
    yield app.control
    app.close()


def stalled(process):
    """Return what it said when it noticed."""
    until(lambda: process.has_ended, process.log.read_text)
    assert process.status == STALLED_STATUS, process.log.read_text()
    return next(line for line in process.log.read_text().splitlines() if "worker_stalled" in line)


def lives(process):
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


class TestAStalledWorker:
    def test_one_whose_line_to_the_broker_is_silent(self, frail, worker, caller):
        with CuttingProxy(frail.broker.port) as wire:
            address = f"redis://127.0.0.1:{wire.port}/0"
            first = worker(BROKER_URI=address, WORKER_STALL=STALL_S)
            wire.silence()
            job_ids = [caller.begin(order(some_text())) for _ in range(3)]

            assert stalled(first)
            worker()
            ended = [caller.ended(job_id) for job_id in job_ids]

        assert [(job["status"], job["attempt"]) for job in ended] == [("succeeded", 1)] * 3

    def test_one_whose_main_thread_is_stuck_hands_on_what_it_does(
        self, frail, worker, caller, model
    ):
        first = worker(WORKER_STALL=STALL_S)
        job_id, hold = caller.begin_held(model, some_text())
        os.kill(first.pid, STUCK)

        assert "its main loop stands still" in stalled(first)
        hold.set()
        worker()
        job = caller.ended(job_id)
        assert (job["status"], job["attempt"]) == ("succeeded", 1)

    @pytest.mark.deep
    def test_one_with_a_pool_of_processes_leaves_none_behind(self, frail):
        frail.own_env["isolate"] = frail.wedge | {"WORKER_STALL": STALL_S}
        first = frail.start("isolate").wait_until_ready().processes.pop("isolate")
        pool = first.children
        os.kill(first.pid, STUCK)

        assert "its main loop stands still" in stalled(first)
        assert len(pool) == 8
        until(lambda: not any(map(lives, pool)), lambda: pool)

    @pytest.mark.deep
    def test_one_that_lost_its_consumer(self, worker, caller, commands):
        first = worker(WORKER_STALL=STALL_S)
        node = f"interactive@{socket.gethostname()}"
        assert commands.cancel_consumer("interactive", [node], reply=True, timeout=60)
        job_id = caller.begin(order(some_text()))

        assert "messages wait in its queues" in stalled(first)
        worker()
        assert caller.ended(job_id)["status"] == "succeeded"


class TestNoFalseAlarm:
    @pytest.mark.deep
    def test_neither_idling_nor_a_broker_that_is_away(self, frail, worker, caller):
        first = worker(WORKER_STALL="12")  # long enough for a busy machine to let it turn
        caller.finish(order(some_text()))
        time.sleep(24)
        frail.broker.kill()
        job_id = caller.begin(order(some_text()))
        time.sleep(24)
        frail.broker.start()

        assert caller.ended(job_id)["status"] == "succeeded"
        assert not first.has_ended
        assert "worker_stalled" not in first.log.read_text()
