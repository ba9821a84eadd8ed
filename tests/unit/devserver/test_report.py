from pathlib import Path

import pytest

from devserver.plan import Plan
from devserver.report import ready_line
from devserver.stores import EmbeddedMongo, EmbeddedRedis
from shared.settings import load_settings

PROCESSES = {"web": "serve", "flower": "watch"}


@pytest.fixture
def settings(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)  # no .env
    defaults = {"redis_uri": "redis://r", "mongo_uri": "mongodb://m", "data_dir": Path("data")}

    def make(**named):
        return load_settings(**defaults, port=5000, flower_port=5555, **named)

    return make


def stores(*kinds):
    return tuple(kind(Path("data") / kind.name, 1) for kind in kinds)


class TestReadyLine:
    def test_it_tells_the_addresses_and_what_is_embedded(self, settings):
        plan = Plan(settings(), stores(EmbeddedRedis, EmbeddedMongo), PROCESSES)

        assert ready_line(plan) == (
            "Copydesk is ready: API http://127.0.0.1:5000/api/v1/docs  "
            "Flower http://127.0.0.1:5555  "
            "(engine: offline rules; Redis and MongoDB embedded in ./data)"
        )

    def test_it_tells_the_model_but_no_key(self, settings):
        named = settings(openai_base_url="http://me:secret@models:11434/v1", openai_api_key="sk-1")
        line = ready_line(Plan(named, stores(EmbeddedMongo), PROCESSES))

        assert line.endswith("(engine: gpt-4o-mini at models; MongoDB embedded in ./data)")

    def test_it_tells_an_address_to_reach_servers_on_all_interfaces(self, settings):
        open_to_all = settings(host="::", flower_basic_auth="user:password")
        line = ready_line(Plan(open_to_all, (), {"web": "serve"}))

        assert line == (
            "Copydesk is ready: API http://[::1]:5000/api/v1/docs  (engine: offline rules)"
        )
