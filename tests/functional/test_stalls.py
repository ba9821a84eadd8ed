"""A worker that takes nothing ends, by itself or by its watchdog; its successor does the work."""

import os
import signal
import socket
import time
from contextlib import suppress
from functools import partial

import psutil
import pytest
from celery import Celery

from shared.jobs.broker import configure
from tests.cutting_proxy import CuttingProxy
from tests.stack import OwnRedis, until
from tests.stack_client import Writer, order, some_text
from workers.nodes import STALLED_STATUS

STALL_S = "3"  # of those that are to end: others are not to be ended by a busy machine
STUCK, LOCKED = signal.SIGRTMIN, signal.SIGRTMIN + 1
# Read by Python itself when the process starts: lets a test take the main thread away, or all.
WEDGE = f"""
import ctypes, signal, time
signal.signal({int(STUCK)}, lambda *_: time.sleep(3600))
signal.signal({int(LOCKED)}, lambda *_: ctypes.PyDLL(None).sleep(3600))
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


def ended_by_its_watchdog(process):
    """Tell whether it was killed from outside; how long that took is no matter here."""
    until(lambda: process.has_ended, process.log.read_text, within_s=120)
    # The watchdog kills first and tells then.
    until(lambda: "process_frozen" in process.log.read_text(), process.log.read_text)
    return process.status == -signal.SIGKILL


def lives(process):
    with suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


class TestAStalledWorker:
    @pytest.mark.deep
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

    @pytest.mark.deep
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
        assert len(pool) == 8 + 1  # and the watchdog
        until(lambda: not any(map(lives, pool)), lambda: pool)

    @pytest.mark.deep
    def test_one_that_lost_its_consumer(self, worker, caller, commands):
        first = worker(WORKER_STALL=STALL_S)
        node = f"interactive@{socket.gethostname()}"
        # One that is ready may not hear commands yet.
        cancel = partial(commands.cancel_consumer, "interactive", [node], reply=True, timeout=5)
        assert until(cancel, first.log.read_text)
        until(lambda: "Canceling queue interactive" in first.log.read_text(), first.log.read_text)
        # What it asked Redis for before that may bring it one more message.
        job_ids = [caller.begin(order(some_text())) for _ in range(2)]

        assert "messages wait in its queues" in stalled(first)
        worker()
        assert {caller.ended(job_id)["status"] for job_id in job_ids} == {"succeeded"}


class TestAProcessThatStandsStillAsAWhole:
    @pytest.mark.deep
    @pytest.mark.parametrize("how", [signal.SIGSTOP, LOCKED], ids=["stop", "lock"])
    def test_a_worker(self, worker, caller, model, how):
        first = worker(WORKER_STALL=STALL_S)
        job_id, hold = caller.begin_held(model, some_text())
        os.kill(first.pid, how)

        assert ended_by_its_watchdog(first)
        hold.set()
        worker()
        assert caller.ended(job_id)["status"] == "succeeded"

    @pytest.mark.deep
    @pytest.mark.parametrize("name", ["sweeper-2", "beat"])
    def test_whatever_else_jobs_rest_on(self, frail, name):
        frail.own_env[name] = {"WORKER_STALL": STALL_S}
        process = frail.start(name).wait_until_ready().processes.pop(name)
        until(lambda: process.children, frail.logs)
        os.kill(process.pid, signal.SIGSTOP)

        assert ended_by_its_watchdog(process)

    @pytest.mark.deep
    def test_of_a_pool_one_process_alone_or_all_with_their_parent(self, frail):
        frail.own_env["isolate"] = {"WORKER_STALL": STALL_S}
        first = frail.start("isolate").wait_until_ready().processes.pop("isolate")
        victim = next(each for each in first.children if "--pool" in each.cmdline())
        # Its first sign of life comes before its second thread.
        until(lambda: victim.num_threads() > 1, frail.logs)
        victim.suspend()
        until(lambda: not lives(victim) and len(first.children) == 8 + 1, frail.logs, 120)
        pool = first.children
        os.kill(first.pid, signal.SIGSTOP)

        assert ended_by_its_watchdog(first)
        until(lambda: not any(map(lives, pool)), lambda: pool)


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

    @pytest.mark.deep
    def test_neither_a_machine_that_slept_nor_a_long_drain(self, worker, caller, model):
        first = worker(WORKER_GRACE="60", WORKER_STALL="8")
        first.freeze()
        time.sleep(16)
        first.thaw()
        job_id, hold = caller.begin_held(model, some_text())
        first.stop()
        time.sleep(16)
        hold.set()
        first.wait(60)

        assert first.status == 0, first.log.read_text()
        worker()
        assert caller.ended(job_id)["status"] == "succeeded"
