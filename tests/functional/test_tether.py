import signal
import subprocess
import sys

import pytest

from tests.functional.running_house import SOON_S, is_running, until

KERNEL = "subprocess.Popen(tether.tethered(command, signal.SIGTERM))"
# What macOS gets, where the kernel does not know how.
GUARD = (
    "subprocess.Popen([sys.executable, '-c', 'import sys; from devserver.tether import guard;"
    " from signal import SIGTERM; sys.exit(guard(sys.argv[2:], int(sys.argv[1]), SIGTERM))',"
    " str(os.getpid()), *command])"
)
PARENT = """
import os, signal, subprocess, sys, time
from devserver import tether
command = [sys.executable, "-c", sys.argv[1]]
child = {start}
sys.exit(child.wait())
"""
NOTE_PID = "import os, sys; print(os.getpid(), flush=True);"


@pytest.fixture(params=[KERNEL, GUARD], ids=["kernel", "guard"])
def parent(request):
    def start(script):
        return subprocess.Popen(
            [sys.executable, "-c", PARENT.format(start=request.param), NOTE_PID + script],
            stdout=subprocess.PIPE,
        )

    return start


def test_the_command_ends_with_its_killed_parent(parent):
    with parent("import time; time.sleep(100)") as process:
        child = int(process.stdout.readline())
        process.send_signal(signal.SIGKILL)

    until(lambda: not is_running(child), what=lambda: f"{child} is alive")


def test_the_commands_status_is_passed_on(parent):
    with parent("sys.exit(3)") as process:
        assert process.wait(SOON_S) == 3
