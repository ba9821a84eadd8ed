import runpy

import pytest

from shared.domain import tokens

STORES = {"REDIS_URI": "redis://127.0.0.1:1", "MONGO_URI": "mongodb://127.0.0.1:1/x"}
MODELS = {
    "OPENAI_API_KEY": "k",
    "OPENAI_MODEL": "gpt-4o-mini",
    "OPENAI_MODELS": "gpt-4o",
    "FALLBACK_MODEL": "gpt-4.1-mini",
}


@pytest.fixture
def counted(monkeypatch, tmp_path):
    """Return a function that tells for which models gunicorn's master counts before it forks."""

    def count(**settings):
        models = []
        monkeypatch.chdir(tmp_path)  # away from whatever `.env` there is
        monkeypatch.setattr(tokens, "count_tokens", lambda _text, model: models.append(model))
        for name, value in {**STORES, **settings}.items():
            monkeypatch.setenv(name, value)
        runpy.run_module("web.server")["on_starting"](None)
        return models

    return count


@pytest.mark.parametrize("tier", ["ANONYMOUS", "USER", "ADMIN"])
def test_where_jobs_are_priced_the_first_one_finds_all_loaded(counted, tier):
    assert counted(**MODELS, **{f"BUDGET_{tier}_USD": "1"}) == [
        "gpt-4o-mini",
        "gpt-4o",
        "gpt-4.1-mini",
    ]


def test_what_only_workers_count_is_not_loaded(counted):
    assert counted(**MODELS, BUDGET_INSTALLATION_USD="1") == []


def test_what_costs_nothing_is_not_counted(counted):
    assert counted(BUDGET_USER_USD="1") == []
