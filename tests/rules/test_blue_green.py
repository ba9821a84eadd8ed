"""blue-green.sh: in which order it does things, and what it leaves when one of them fails.

There is no cluster here. A program named kubectl writes down what it is asked, and answers from a
file.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.rules.fake_kubectl import WORKERS, new_state, programs_for
from tests.rules.programs import run

ROOT = Path(__file__).parents[2]
IMAGE = "registry.example.com/copydesk:2"


class Cluster:
    """What the script finds, what it leaves, and what it said."""

    def __init__(self, folder):
        self._programs = folder / "bin"
        self._programs.mkdir()
        # A copy: the script writes beside itself what it applies.
        self.folder = shutil.copytree(ROOT / "deploy", folder / "deploy")

    def run(self, argument, state):
        self.state = state
        path = f"{self._programs}:{os.environ['PATH']}"
        with programs_for(state, self._programs):
            done = subprocess.run(
                [self.folder / "blue-green.sh", "staging", argument],
                env={"PATH": path},
                capture_output=True,
                text=True,
                timeout=240,
            )
        self.status, self.said = done.returncode, done.stderr
        return self

    @property
    def steps(self):
        """The calls that change or judge something, in short."""
        marks = {"apply": "apply", "patch": "switch", "scale": "scale", "undo": "undo"}
        marks |= {
            "python - ": "smoke",
            "-m workers.migrate": "migrate",
            "sleep": "sleep",
            "status": "wait",
        }
        found = [(mark, call) for call in self.state["calls"] for part, mark in marks.items()
                 if f" {part}" in f" {call}"]  # fmt: skip
        return list(dict.fromkeys(f"{mark} {_what(call)}".strip() for mark, call in found))

    def replicas(self, colour):
        return self.state["deployments"][f"web-{colour}"]["replicas"]


def _what(call):
    return next((name for name in ("web-blue", "web-green") if name in call), "")


@pytest.fixture
def cluster(tmp_path):
    return Cluster(tmp_path)


def test_it_brings_workers_first_then_the_idle_colour_and_switches_last(cluster):
    cluster.run(IMAGE, new_state("blue"))

    assert cluster.status == 0, cluster.said
    order = ["apply", "wait", "scale web-green", "wait web-green", "smoke web-green", "switch"]
    assert cluster.steps == [*order, "sleep", "scale web-blue", "migrate"]
    assert cluster.state["live"] == "green"
    assert (cluster.replicas("green"), cluster.replicas("blue")) == (3, 0)


def test_the_smoke_test_is_the_file_beside_it(cluster):
    cluster.run(IMAGE, new_state("blue"))

    first_line = (ROOT / "deploy/smoke_test.py").read_text().splitlines()[0]
    assert cluster.state["stdin"] == [first_line]


def test_the_first_release_has_nobody_to_drain(cluster):
    cluster.run(IMAGE, new_state())

    assert cluster.status == 0, cluster.said
    assert cluster.state["live"] == "blue"
    assert "sleep" not in cluster.steps


@pytest.mark.parametrize(
    "fault",
    [
        "rollout status deployment/bulk",
        "rollout status deployment/web-green",
        "exec -i deployment/web-green",
        "patch service",
    ],
)
def test_what_fails_before_the_switch_leaves_who_serves_and_puts_workers_back(cluster, fault):
    cluster.run(IMAGE, new_state("blue") | {"fails": [fault]})
    undone = [call for call in cluster.state["calls"] if "rollout undo" in call]

    assert cluster.status == 1
    assert (cluster.state["live"], cluster.replicas("blue")) == ("blue", 3)
    assert "sleep" not in cluster.steps
    assert len(undone) == len(WORKERS)
    assert all("--to-revision=4" in call for call in undone)
    if "web-green" in cluster.state["deployments"]:
        assert cluster.replicas("green") == 0


def test_a_switch_whose_answer_is_lost_is_a_switch(cluster):
    cluster.run(IMAGE, new_state("blue") | {"answers_lost": ["patch service"]})

    assert cluster.status == 0, cluster.said
    assert (cluster.state["live"], cluster.replicas("green")) == ("green", 3)


def test_it_never_ends_the_colour_that_somebody_else_switched_back_to(cluster):
    cluster.run(IMAGE, new_state("blue") | {"meanwhile": {"live": "blue"}})

    assert cluster.status == 1
    assert (cluster.state["live"], cluster.replicas("blue")) == ("blue", 3)


def test_it_goes_back_with_web_first_and_workers_after(cluster):
    after = cluster.run(IMAGE, new_state("blue")).state | {"calls": []}
    cluster.run("--rollback", after)

    assert cluster.status == 0, cluster.said
    order = ["scale web-blue", "wait web-blue", "smoke web-blue", "switch", "undo", "wait"]
    assert cluster.steps == [*order, "sleep", "scale web-green"]
    assert (cluster.state["live"], cluster.replicas("blue")) == ("blue", 3)
    assert cluster.state["before"].split() == [f"{name}=5" for name in WORKERS]


def test_it_does_not_go_back_to_what_does_not_become_ready(cluster):
    after = cluster.run(IMAGE, new_state("blue")).state | {"calls": []}
    cluster.run("--rollback", after | {"fails": ["rollout status deployment/web-blue"]})

    assert cluster.status == 1
    assert (cluster.state["live"], cluster.replicas("green")) == ("green", 3)
    assert "undo" not in cluster.steps


def test_there_is_no_way_back_from_the_first_release(cluster):
    cluster.run("--rollback", new_state())

    assert cluster.status == 1
    assert cluster.steps == []


@pytest.mark.parametrize("argument", ["copydesk", "registry.example.com:5000/copydesk", "--back"])
def test_it_refuses_what_it_does_not_understand(cluster, argument):
    cluster.run(argument, new_state("blue"))

    assert cluster.status == 2
    assert cluster.steps == []


def test_what_it_applies_is_one_colour_of_the_overlay_with_the_image_in_it(cluster):
    cluster.run(IMAGE, new_state("blue"))
    made = list(yaml.safe_load_all(run("kubectl", "kustomize", cluster.folder / "k8s/release")))
    (web,) = (one for one in made if one["kind"] == "Deployment")

    assert (web["metadata"]["name"], web["metadata"]["namespace"]) == (
        "web-green",
        "copydesk-staging",
    )
    assert web["spec"]["template"]["spec"]["containers"][0]["image"] == IMAGE
