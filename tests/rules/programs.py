"""Programs that judge what is deployed. `.ci/run` installs what no package of Python brings."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
_PLACES = (Path(sys.executable).parent, ROOT / "build" / "kubectl")


def run(program, *arguments):
    """Return what the program said; skip where it is missing, fail where it complains."""
    path = os.pathsep.join([*map(str, _PLACES), os.environ.get("PATH", os.defpath)])
    found = shutil.which(program, path=path)
    if found is None:
        pytest.skip(f"needs {program}")
    done = subprocess.run(
        [found, *map(str, arguments)], cwd=ROOT, capture_output=True, text=True, timeout=240
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def npm_program(name, path):
    """Return a script of an npm package; skip the test where `.ci/run` has not installed it."""
    found = ROOT / "build" / "npm" / "node_modules" / name / path
    if not found.exists():
        pytest.skip(f"needs {name} in build/npm")
    return found


def read_json(path):
    return json.loads(Path(path).read_text())
