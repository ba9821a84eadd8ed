"""A Redis that holds all it may, and evicts nothing."""

import pytest

from shared.data.redis.client import connect
from tests.stack import OwnRedis, until
from tests.stack_client import Writer, order, some_text

HARDLY_ANY = 1_000_000  # bytes: less than an empty server takes


@pytest.fixture(scope="module")
def store(house):
    with OwnRedis(house / "full-redis") as redis:
        yield redis


@pytest.fixture(scope="module")
def small(new_stack, store):
    with new_stack("full", store) as own:
        yield own.start("web", "interactive", "sweeper").wait_until_ready()


@pytest.fixture
def full(store):
    """Return a function that fills the store; it has room again when the test is over."""
    redis = connect(store.uri, timeout_s=5)
    yield lambda: redis.config_set("maxmemory", HARDLY_ANY)
    redis.config_set("maxmemory", 0)


@pytest.fixture
def someone(small, model):
    with Writer(small.url) as writer:
        writer.http.get("/api/v1/limits")
        yield writer


def test_nothing_new_is_accepted_and_nothing_is_half_done(someone, store, full):
    full()
    answer = someone.submit(order(some_text()), Idempotency_Key="k")
    redis = connect(store.uri, timeout_s=5)

    assert answer.status_code == 503
    assert answer.json()["error"]["code"] == "OVERLOADED"
    assert int(answer.headers["Retry-After"]) >= 1
    assert not [key for key in redis.scan_iter() if ":idem:" in key]


def test_what_was_accepted_comes_to_its_end_and_can_be_read(someone, model, full):
    job_id, hold = someone.begin_held(model, some_text())
    full()
    hold.set()
    job = someone.ended(job_id)

    assert job["status"] == "succeeded"
    assert someone.events(job_id)[-1].name == "job.succeeded"


def test_once_there_is_room_workers_go_on_by_themselves(small, someone, store, full):
    full()
    assert someone.submit(order(some_text())).status_code == 503
    connect(store.uri, timeout_s=5).config_set("maxmemory", 0)
    until(lambda: someone.submit(order(some_text())).status_code == 202, small.logs)

    assert someone.finish(order(some_text()))["status"] == "succeeded"
