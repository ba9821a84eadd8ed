"""A process and the watchdog beside it; what they are to workers is shown in test_stalls.py."""

import os
import signal
import subprocess
import sys
from contextlib import suppress

import psutil
import pytest

from tests.functional.running_house import is_running, until
from tests.stack import ROOT

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")

WATCHED = """
import os, sys, time
from workers.services.signs_of_life import SignsOfLife
signs = SignsOfLife(1.0, {"process": "tested"})
signs.start()
if os.fork() == 0:
    signs.join()
os.write(1, b"%d\\n" % os.getpid())  # at once: print may part the number from the end of its line
time.sleep(1000)
"""
LATE = "python, sys.executable = sys.executable, 'no room'; signs.start(); sys.executable = python"
UNHEARD = """
os.set_blocking(2, False)
try:
    while True:
        os.write(2, bytes(4096))
except BlockingIOError:
    os.set_blocking(2, True)
signs.start()
"""


@pytest.fixture
def watched(request):
    """Return a process that is watched, another one that it forked, and what it tells."""
    start = getattr(request, "param", "signs.start()")
    with subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", WATCHED.replace("signs.start()", start)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        text=True,
    ) as process:
        try:
            pids = {int(process.stdout.readline()), int(process.stdout.readline())}
            (forked,) = pids - {process.pid}
            yield process, psutil.Process(forked)
        finally:
            with suppress(ProcessLookupError):  # nothing is left
                os.killpg(process.pid, signal.SIGKILL)


def watchdogs_of(process):
    """Return what listens to it, alive."""
    children = psutil.Process(process.pid).children()
    return [each for each in children if not has_ended(each) and is_watchdog(each)]


def is_watchdog(process):
    with suppress(psutil.NoSuchProcess):
        return any(word.endswith("watchdog.py") for word in process.cmdline())
    return False


def only_watchdog_of(process):
    until(lambda: len(watchdogs_of(process)) == 1, within_s=60, what=lambda: watchdogs_of(process))
    return watchdogs_of(process)[0]


def has_ended(process):
    return not is_running(process.pid)


class TestWatchdog:
    def test_it_goes_with_what_it_watches_and_not_before(self, watched):
        process, forked = watched
        watchdog = only_watchdog_of(process)
        for wish in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            watchdog.send_signal(wish)
        forked.kill()
        process.kill()

        until(lambda: has_ended(watchdog), within_s=60, what=watchdog.status)

    @pytest.mark.parametrize("watched", [LATE], indirect=True, ids=["late"])
    def test_it_comes_as_soon_as_there_is_room_for_it(self, watched):
        process, _ = watched

        assert only_watchdog_of(process)

    @pytest.mark.deep
    @pytest.mark.parametrize("watched", [UNHEARD], indirect=True, ids=["unheard"])
    def test_one_whose_log_nobody_reads_ends_what_is_frozen_all_the_same(self, watched):
        process, forked = watched
        only_watchdog_of(process)
        process.send_signal(signal.SIGSTOP)

        until(lambda: has_ended(process), within_s=120, what=lambda: "it stands still for ever")
        until(lambda: has_ended(forked), within_s=60, what=forked.status)

    @pytest.mark.deep
    def test_one_that_was_killed_has_a_successor_that_ends_all_that_is_frozen(self, watched):
        process, forked = watched
        first = only_watchdog_of(process)
        first.kill()
        until(lambda: {*watchdogs_of(process)} - {first}, within_s=60, what=lambda: "no successor")
        process.send_signal(signal.SIGSTOP)

        until(lambda: has_ended(process), within_s=120, what=lambda: "it stands still for ever")
        assert process.wait() == -signal.SIGKILL
        until(lambda: has_ended(forked), within_s=60, what=forked.status)

    @pytest.mark.deep
    def test_one_that_was_forked_ends_alone(self, watched):
        process, forked = watched
        forked.suspend()

        until(lambda: has_ended(forked), within_s=120, what=forked.status)
        assert process.poll() is None
        told = process.stderr.readline()
        assert '"event": "process_frozen"' in told
        assert f'"process": "tested", "pid": {forked.pid}' in told


@pytest.mark.deep
def test_gunicorn_does_the_same_for_what_serves(stack):
    (victim,) = (each for each in stack.processes["web"].children if not each.children())
    victim.suspend()

    until(lambda: has_ended(victim), within_s=120, what=stack.logs)
    stack.wait_until_ready()
