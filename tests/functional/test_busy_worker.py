import threading

import pytest

from tests.model_server_scripts import known_words
from tests.stack import OwnRedis, until
from tests.stack_client import Writer, order, some_text

SLOTS = 2
MANY = 10


@pytest.fixture
def redis(house):
    with OwnRedis(house / "busy-redis") as store:
        yield store


@pytest.fixture
def busy(new_stack, redis):
    """Return a stack whose worker can do but two calls at once."""
    with new_stack("busy", redis, WORKER_SLOTS=str(SLOTS)) as own:
        yield own.start("web", "interactive", "sweeper").wait_until_ready()


@pytest.fixture
def someone(busy, model):
    with Writer(busy.url) as writer:
        yield writer


@pytest.mark.deep
def test_messages_in_hand_do_not_end_a_worker_whose_redis_dies(busy, redis, someone, model):
    hold = threading.Event()
    model.plan(lambda call: known_words(call, hold=hold))
    texts = [some_text() for _ in range(MANY)]
    job_ids = [someone.begin(order(text)) for text in texts]
    until(lambda: sum(map(bool, map(model.calls_about, texts))) == SLOTS, busy.logs)
    redis.kill()
    redis.start()
    hold.set()
    until(lambda: someone.http.get("/health/readiness").status_code == 200, busy.logs)
    ended = [someone.ended(job_id) for job_id in job_ids]

    assert {job["status"] for job in ended} == {"succeeded"}
    assert not busy.processes["interactive"].has_ended
    assert "Unrecoverable" not in busy.logs()
