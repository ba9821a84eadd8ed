import os

import pytest

from devserver.errors import StartError
from devserver.plan import make_plan
from devserver.ports import free_port
from shared.errors import SettingsError


@pytest.fixture(autouse=True)
def environment(monkeypatch, tmp_path):
    for name in ("REDIS_URI", "MONGO_URI", "BROKER_URI", "ENVIRONMENT", "HOST"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PORT", str(free_port()))
    monkeypatch.setenv("FLOWER_PORT", str(free_port()))
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def procfile(tmp_path):
    path = tmp_path / "Procfile"
    path.write_text("web: serve\n")
    return path


class TestMakePlan:
    def test_it_embeds_what_nobody_names(self, procfile, tmp_path):
        plan = make_plan(procfile)

        assert [store.folder for store in plan.stores] == [
            tmp_path / "data" / "redis",
            tmp_path / "data" / "mongo",
        ]
        assert plan.env["REDIS_URI"] == str(plan.settings.redis_uri) == plan.stores[0].uri
        assert plan.env["MONGO_URI"] == str(plan.settings.mongo_uri) == plan.stores[1].uri

    def test_it_takes_what_the_environment_or_the_env_file_names(
        self, procfile, monkeypatch, tmp_path
    ):
        monkeypatch.setenv("redis_uri", "redis://elsewhere:6379/0")
        (tmp_path / ".env").write_text("MONGO_URI=mongodb://elsewhere:27017/texts\n")

        plan = make_plan(procfile)

        assert plan.stores == ()
        assert str(plan.settings.mongo_uri) == "mongodb://elsewhere:27017/texts"

    def test_it_takes_an_empty_name_for_none(self, procfile, monkeypatch):
        monkeypatch.setenv("REDIS_URI", "")

        assert "redis" in [store.name for store in make_plan(procfile).stores]

    def test_its_processes_share_what_they_count(self, procfile, tmp_path):
        assert make_plan(procfile).env["METRICS_DIR"] == str(tmp_path / "data" / "metrics")

    def test_no_store_gets_the_port_of_a_process(self, procfile, monkeypatch):
        drawn = iter([int(os.environ["PORT"]), 20_001, 20_002, 20_003])
        monkeypatch.setattr("devserver.plan.free_port", lambda: next(drawn))

        assert [store.port for store in make_plan(procfile).stores] == [20_002, 20_003]

    def test_it_starts_nothing(self, procfile, tmp_path):
        make_plan(procfile)

        assert not (tmp_path / "data").exists()

    def test_it_reports_wrong_settings_all_at_once(self, procfile, monkeypatch):
        monkeypatch.setenv("PORT", "many")
        monkeypatch.setenv("ENVIRONMENT", "moon")

        with pytest.raises(SettingsError) as caught:
            make_plan(procfile)
        assert [fault.partition(":")[0] for fault in caught.value.faults] == ["ENVIRONMENT", "PORT"]

    def test_it_refuses_one_port_for_two(self, procfile, monkeypatch):
        monkeypatch.setenv("FLOWER_PORT", os.environ["PORT"])

        with pytest.raises(StartError, match="PORT and FLOWER_PORT are both"):
            make_plan(procfile)
