"""What deploy/ asks of running processes: probes of workers, and the smoke test of a release."""

import os
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from shared.data.redis.client import connect
from shared.data.redis.worker_registry import WorkerRegistry
from tests.model_server_scripts import answer
from tests.stack import ROOT, until

SMOKE_TEST = ROOT / "deploy" / "smoke_test.py"
BASE = ROOT / "deploy" / "k8s" / "base"


def probe_of(name, probe):
    """Return the command of a probe of this worker, as Kubernetes runs it."""
    described = (BASE / file for file in ("workers.yaml", "upkeep.yaml"))
    for each in (one for file in described for one in yaml.safe_load_all(file.read_text())):
        if (each["kind"], each["metadata"]["name"]) == ("Deployment", name):
            return each["spec"]["template"]["spec"]["containers"][0][probe]["exec"]["command"]
    raise LookupError(name)


@pytest.fixture
def stuck(stack):
    """Return a function that lets a process seem to stand still; it says otherwise within 2 s."""
    with connect(str(stack.settings.redis_uri), timeout_s=60) as redis, ExitStack() as frozen:
        registry = WorkerRegistry(redis)

        def freeze(name):
            state = until(
                lambda: next((one for one in registry.living() if one.role == name), None),
                registry.living,
            )
            stack.processes[name].freeze()
            frozen.callback(stack.processes[name].thaw)
            registry.attend(replace(state, still_ms=61_000))

        yield freeze


def ask(stack, command, **environment):
    bin_folder = str(Path(sys.executable).parent)
    settings = stack.settings
    env = {
        "PATH": f"{bin_folder}:{os.environ['PATH']}",
        "REDIS_URI": str(settings.redis_uri),
        "MONGO_URI": str(settings.mongo_uri),
    }
    return subprocess.run(
        command, cwd=ROOT, env=env | environment, capture_output=True, text=True, timeout=180
    )


@pytest.mark.parametrize("name", ["interactive", "sweeper"])
@pytest.mark.parametrize("probe", ["startupProbe", "livenessProbe"])
def test_the_probe_of_a_process_finds_it_well(stack, name, probe):
    # It gives a process 5 s to answer, and one failure is not what Kubernetes acts on.
    until(lambda: ask(stack, probe_of(name, probe)).returncode == 0, stack.logs, 180)


def test_the_probe_fails_where_no_such_worker_is(stack):
    done = ask(stack, probe_of("isolate", "livenessProbe"))

    assert done.returncode == 1
    assert done.stderr.startswith("isolate: no process of this name lives")


@pytest.mark.parametrize("name", ["interactive", "sweeper"])
def test_the_probe_fails_where_its_loop_stands_still(stack, name, stuck):
    stuck(name)
    done = ask(stack, probe_of(name, "livenessProbe"))

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
