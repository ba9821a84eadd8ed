"""What a task raises stands in Celery's log and on Flower's pages."""

import pytest

from shared.jobs.names import TaskName
from shared.settings import Settings
from workers.app import Worker, create_worker

WORDS = "the writer's own words"
ADDRESSES = {"redis_uri": "redis://localhost", "mongo_uri": "mongodb://localhost/x"}


@pytest.fixture
def worker(monkeypatch):
    """Return a worker whose every service breaks, and repeats what it was at."""

    def broken(_worker):
        raise ValueError(WORDS)

    monkeypatch.setattr(Worker, "services", property(broken))
    return create_worker(Settings(_env_file=None, **ADDRESSES))


@pytest.mark.parametrize("name", list(TaskName))
def test_it_is_told_by_its_kind_and_not_by_its_words(worker, caplog, name):
    arguments = ["job_1"] if name is TaskName.WORK else []
    ended = worker.tasks[name].apply(arguments)

    assert ended.failed()
    assert WORDS not in f"{ended.result!r} {ended.traceback} {caplog.text}"
    assert "ValueError" in str(ended.result)
