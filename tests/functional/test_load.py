import subprocess
import sys

import pytest

from bench.stack import ROOT


@pytest.mark.deep
def test_writers_lose_nothing():
    command = [sys.executable, "-m", "bench", "load", "--seconds", "8", "--writers", "6"]

    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)

    assert run.returncode == 0, run.stdout + run.stderr
    assert "Faults:\n\n- none" in run.stdout
