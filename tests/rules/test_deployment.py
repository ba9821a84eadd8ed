"""The same processes wherever Copydesk runs."""

from pathlib import Path

import pytest
import yaml

from devserver.procfile import read_procfile
from shared.settings import Settings

ROOT = Path(__file__).parents[2]
STORES = {"redis", "mongo"}


@pytest.fixture(scope="module")
def services():
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]


def test_compose_runs_what_the_procfile_runs(services):
    commands = {name: " ".join(each["command"].split()) for name, each in services.items()}

    assert {name: commands[name] for name in commands.keys() - STORES} == read_procfile(
        ROOT / "Procfile"
    )


def test_compose_names_only_settings_that_exist(services):
    for name in services.keys() - STORES:
        assert {each.lower() for each in services[name]["environment"]} <= set(
            Settings.model_fields
        )


def test_compose_waits_for_stores_that_tell_their_health(services):
    for name in services.keys() - STORES:
        assert services[name]["depends_on"] == {
            store: {"condition": "service_healthy"} for store in STORES
        }
    assert all("healthcheck" in services[store] for store in STORES)


def test_nothing_is_open_to_other_machines(services):
    published = [port for each in services.values() for port in each.get("ports", ())]

    assert published
    assert all(port.startswith("127.0.0.1:") for port in published)


def test_the_image_copies_only_what_exists_and_is_let_through():
    dockerfile = (ROOT / "deploy" / "Dockerfile").read_text()
    ignore = (ROOT / "deploy" / "Dockerfile.dockerignore").read_text().splitlines()
    copied = [
        source
        for line in dockerfile.splitlines()
        if line.startswith("COPY ") and "--from" not in line
        for source in line.split()[1:-1]
    ]

    assert all((ROOT / source).exists() for source in copied)
    assert {f"!{source}" for source in copied if "requirements" not in source} <= set(ignore)
    assert "!requirements/*.txt" in ignore
