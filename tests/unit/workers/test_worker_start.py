from shared.settings import Settings
from workers import app
from workers.app import Worker

STORES = {"redis_uri": "redis://127.0.0.1:1", "mongo_uri": "mongodb://127.0.0.1:1/x"}


def counted(monkeypatch, **settings):
    """Return the models for which the worker counted before it took any job."""
    models = []
    monkeypatch.setattr(app, "count_tokens", lambda _text, model: models.append(model))
    app._learn_to_count(Worker(Settings(_env_file=None, **STORES, **settings)))
    return models


def test_it_can_count_for_each_of_its_models_before_any_lease_runs(monkeypatch):
    settings = {"openai_model": "a", "openai_models": "b", "fallback_model": "c"}

    assert counted(monkeypatch, openai_api_key="k", **settings) == ["a", "b", "c"]


def test_one_without_a_model_has_nothing_to_count(monkeypatch):
    assert counted(monkeypatch) == []
