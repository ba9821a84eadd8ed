from collections import Counter

import pytest

from devserver.stores import EmbeddedRedis
from tests.local_model.process import NAME, LocalModel
from tests.mongo import mongo_server_in
from tests.stack import Stack
from tests.stack_client import Writer

_TALLY = pytest.StashKey[Counter[str]]()


@pytest.fixture(scope="session")
def local_model(tmp_path_factory):
    with LocalModel(tmp_path_factory.mktemp("model") / "server") as model:
        yield model


@pytest.fixture(scope="session")
def stack(tmp_path_factory, local_model):
    """Return the processes; the worker makes one call at a time, since the server has one slot."""
    folder = tmp_path_factory.mktemp("stack")
    model = {"OPENAI_BASE_URL": local_model.base_url, "OPENAI_MODEL": NAME, "WORKER_SLOTS": "1"}
    with EmbeddedRedis(folder / "redis") as redis, mongo_server_in(folder / "mongo") as mongo:
        stores = {"REDIS_URI": redis.uri, "MONGO_URI": mongo.new_database("model")}
        with Stack(folder / "processes", **stores | model) as own:
            yield own.start("web", "interactive", "sweeper").wait_until_ready()


@pytest.fixture
def writer(stack):
    with Writer(stack.url) as someone:
        yield someone


@pytest.fixture
def tally(request):
    """Return the counts that are shown at the end of the run."""
    return request.config.stash.setdefault(_TALLY, Counter())


def pytest_terminal_summary(terminalreporter, config):
    counts = config.stash.get(_TALLY, None)
    if counts:
        terminalreporter.section("what became of the model's replies")
        for name, count in sorted(counts.items()):
            terminalreporter.write_line(f"{count:5} {name}")
