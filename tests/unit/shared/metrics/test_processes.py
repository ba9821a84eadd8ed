import os
import subprocess
import sys

import pytest

from shared.metrics.definitions import PROCESS_CPU, PROCESS_FILES, PROCESS_MEMORY
from shared.metrics.folder import MetricsFolder
from shared.metrics.processes import process_readings

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")


@pytest.fixture
def gone():
    """Return the pid of a process that has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


def test_it_reads_what_a_process_takes():
    told = {one.of: one for one in process_readings({os.getpid(): "me"})}

    assert {one.labels for one in told.values()} == {("me", str(os.getpid()))}
    assert abs(told[PROCESS_CPU].value - sum(os.times()[:2])) < 1
    assert told[PROCESS_MEMORY].value > 10_000_000
    assert told[PROCESS_FILES].value >= 3


def test_a_process_that_is_gone_takes_nothing(gone):
    assert list(process_readings({gone: "it"})) == []


def test_a_folder_knows_who_counts_there(tmp_path):
    folder = MetricsFolder(tmp_path)
    folder.announce("web")

    assert folder.processes() == {os.getpid(): "web"}


def test_it_forgets_what_the_dead_held_and_nothing_else(tmp_path, gone):
    folder = MetricsFolder(tmp_path)
    for name in (f"{gone}.process", f"gauge_livesum_{gone}.db", f"counter_{gone}.db"):
        (tmp_path / name).write_text("x")

    folder.forget(gone)
    folder.forget(gone)

    assert [path.name for path in tmp_path.iterdir()] == [f"counter_{gone}.db"]
