"""What deploy/ asks of running processes: probes of workers, and the smoke test of a release."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.model_server_scripts import answer
from tests.stack import ROOT

SMOKE_TEST = ROOT / "deploy" / "smoke_test.py"
WORKERS = ROOT / "deploy" / "k8s" / "base" / "workers.yaml"


def probe_of(name, probe):
    """Return the command of a probe of this worker, as Kubernetes runs it."""
    for each in yaml.safe_load_all(WORKERS.read_text()):
        if each["metadata"]["name"] == name:
            return each["spec"]["template"]["spec"]["containers"][0][probe]["exec"]["command"]
    raise LookupError(name)


def ask(stack, command, **environment):
    bin_folder = str(Path(sys.executable).parent)
    settings = stack.settings
    env = {
        "PATH": f"{bin_folder}:{os.environ['PATH']}",
        "REDIS_URI": str(settings.redis_uri),
        "MONGO_URI": str(settings.mongo_uri),
    }
    return subprocess.run(
        command, cwd=ROOT, env=env | environment, capture_output=True, text=True, timeout=60
    )


@pytest.mark.parametrize("probe", ["startupProbe", "livenessProbe"])
def test_the_probe_of_a_worker_hears_it(stack, probe):
    done = ask(stack, probe_of("interactive", probe))

    assert done.returncode == 0, done.stderr


def test_the_probe_fails_where_no_such_worker_is(stack):
    done = ask(stack, probe_of("isolate", "livenessProbe"))

    assert done.returncode == 1


def test_the_smoke_test_passes_where_jobs_are_done(stack, model):
    done = ask(stack, [sys.executable, SMOKE_TEST, stack.url], EXPECTED_ENVIRONMENT="testing")

    assert done.returncode == 0, done.stderr
    assert "smoke test passed: testing" in done.stdout


def test_the_smoke_test_fails_where_the_model_refuses_us(stack, model):
    model.plan(answer(401))
    done = ask(stack, [sys.executable, SMOKE_TEST, stack.url])

    assert done.returncode == 1
    assert "the job ended badly" in done.stderr


def test_the_smoke_test_fails_in_the_wrong_environment(stack, model):
    done = ask(stack, [sys.executable, SMOKE_TEST, stack.url], EXPECTED_ENVIRONMENT="production")

    assert done.returncode == 1
    assert "this is testing, and not production" in done.stderr
