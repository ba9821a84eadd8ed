"""Flower asks for a password wherever others can reach it."""

import runpy
from pathlib import Path

import pytest

from shared.errors import SettingsError

CONFIG = Path(__file__).parents[2] / "deploy" / "flowerconfig.py"
SETTINGS = {
    "REDIS_URI": "redis://127.0.0.1:1/0",
    "MONGO_URI": "mongodb://127.0.0.1:1/x",
    "ENVIRONMENT": "production",
    "JWT_SECRET": "x" * 32,
    "FLOWER_PORT": "6000",
}


@pytest.fixture
def configure(monkeypatch, tmp_path):
    """Return a function that reads Flower's options under these settings alone."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FLOWER_BASIC_AUTH", raising=False)

    def read(**environment):
        for name, text in (SETTINGS | environment).items():
            monkeypatch.setenv(name, text)
        return runpy.run_path(str(CONFIG))

    return read


def test_it_asks_for_the_password_that_was_set(configure):
    options = configure(FLOWER_BASIC_AUTH="me:secret")

    assert options["basic_auth"] == ["me:secret"]
    assert options["port"] == 6000


def test_without_one_it_does_not_start(configure):
    with pytest.raises(SettingsError, match="FLOWER_BASIC_AUTH"):
        configure()


def test_on_a_laptop_it_needs_none(configure):
    assert configure(ENVIRONMENT="development")["basic_auth"] in ([], None)


def test_it_only_shows_unless_it_is_told_that_it_may_do_more(configure):
    auth = {"FLOWER_BASIC_AUTH": "me:secret"}

    assert configure(**auth)["read_only"] is True
    assert configure(**auth, FLOWER_CONTROL="true")["read_only"] is False


def test_what_it_knows_outlives_a_restart_where_it_can_be_written(configure, tmp_path):
    kept = configure(FLOWER_BASIC_AUTH="me:secret", DATA_DIR=str(tmp_path / "data"))
    (tmp_path / "file").touch()
    lost = configure(FLOWER_BASIC_AUTH="me:secret", DATA_DIR=str(tmp_path / "file" / "data"))

    assert (kept["persistent"], kept["db"]) == (True, str(tmp_path / "data/flower/state"))
    assert lost["persistent"] is False
