"""One image for every process, small, and run by nobody in particular. No image is built here."""

import json
import shlex

import pytest

from devserver.procfile import read_procfile
from tests.rules.programs import DEPLOY, ROOT, run

DOCKERFILE = DEPLOY / "Dockerfile"


@pytest.fixture(scope="module")
def stages():
    """Return the instructions of each stage, with lines that go on put together."""
    lines = [line for line in DOCKERFILE.read_text().splitlines() if not line.startswith("#")]
    text = "\n".join(lines).replace("\\\n", " ")
    _, *stages = text.split("\nFROM ")
    return [stage.splitlines() for stage in stages]


def test_hadolint_has_nothing_to_say():
    assert run("hadolint", DOCKERFILE) == ""


def test_it_copies_only_what_exists_and_is_let_through(stages):
    ignore = (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()
    copied = [
        source for line in stages[0] if line.startswith("COPY ") for source in line.split()[1:-1]
    ]

    assert all((ROOT / source).exists() for source in copied)
    assert {f"!{source}" for source in copied if "requirements" not in source} <= set(ignore)
    assert "!requirements/*.txt" in ignore


def test_it_holds_what_is_locked_for_web_and_workers_and_no_more(stages):
    installs = [line for line in stages[0] if "pip install" in line]

    assert len(installs) == 2
    assert all("--require-hashes" in line for line in installs)
    assert [line.split()[-1] for line in installs] == ["uv.txt", "base.txt"]


def test_its_last_stage_builds_nothing(stages):
    last = stages[-1]
    copies = [line for line in last if line.startswith("COPY ")]

    assert len(stages) == 2
    assert all("--from=build /copydesk/" in line for line in copies)
    assert not any("apt-get" in line or "pip install" in line for line in last)
    assert any(line.startswith("RUN python -m pip uninstall") for line in last)


def test_what_changes_most_is_copied_last(stages):
    copied = [line.split()[-1] for line in stages[-1] if line.startswith("COPY ")]

    assert copied[0] == "venv"
    assert copied[-1] == "web"


def test_nobody_in_particular_runs_it_and_it_can_be_asked_and_stopped(stages):
    said = dict(line.split(maxsplit=1) for line in stages[-1][1:] if line.strip())

    assert said["USER"].isdigit()
    assert said["USER"] != "0"
    assert said["STOPSIGNAL"] == "SIGTERM"
    assert "/api/health/readiness" in said["HEALTHCHECK"]


def test_its_own_command_is_the_web_tier(stages):
    command = next(line for line in stages[-1] if line.startswith("CMD "))
    web = shlex.split(read_procfile(ROOT / "Procfile")["web"])

    assert json.loads(command.removeprefix("CMD ")) == web
