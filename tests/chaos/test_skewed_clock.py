import subprocess
import sys
import time

import pytest

from tests.chaos.registry import ROWS

_TELL = (
    "import time, threading as t; at = time.monotonic(); time.sleep(0.1); t.Event().wait(0.1);"
    "print(time.time(), time.monotonic() - at)"
)


@pytest.mark.parametrize(("worker", "skew_s"), [("interactive", 60), ("interactive-2", -60)])
def test_it_moves_the_wall_clock_and_no_other(tmp_path, worker, skew_s):
    row = ROWS["skewed-clock"]
    if missing := row.missing():
        pytest.skip(missing)
    env = row.plan.own_env(tmp_path)[worker]
    began = time.time()
    told = subprocess.run(
        [sys.executable, "-I", "-S", "-c", _TELL], env=env, capture_output=True, check=True
    )
    clock, took_s = map(float, told.stdout.split())
    ended = time.time()

    assert began - 1 <= clock - skew_s <= ended + 1
    assert 0.2 <= took_s <= ended - began
