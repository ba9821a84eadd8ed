"""Work that runs alone, in a process of its own."""

import time

import pytest
from redis import Redis

from shared.data.redis.keys import KeySpace
from shared.jobs.names import QueueName
from shared.jobs.queue import JobQueue
from tests.model_server_scripts import hang, known_words
from tests.patient_sender import patient_sender
from tests.stack import OwnRedis, until
from tests.stack_client import Writer, order, some_text

GRACE_S = 1.0


@pytest.fixture(scope="module")
def alone(new_stack, house):
    """Return a stack that has nobody but the workers of suspects."""
    with (
        OwnRedis(house / "alone-redis") as redis,
        new_stack("alone", redis, WORKER_GRACE=str(GRACE_S)) as own,
    ):
        own.start("web", "isolate").wait_until_ready()
        with Redis.from_url(redis.uri, decode_responses=True) as client:
            yield own, client


def begin_suspect(stack, client, writer, text):
    """Begin a job under which two processes have died."""
    job_id = writer.begin(order(text))
    (keys,) = KeySpace(1)
    client.zrem(keys.ready("interactive"), job_id)
    client.zadd(keys.ready("isolate"), {job_id: time.time() * 1000})
    client.hset(keys.work(job_id), mapping={"queue": "isolate", "deaths": 2})
    with patient_sender(stack.settings) as app:
        JobQueue(app).publish(job_id, QueueName.ISOLATE)
    return job_id


@pytest.mark.deep
def test_a_worker_that_stops_hands_its_suspects_on(alone, model):
    stack, client = alone
    text = some_text()
    model.plan(hang())
    with Writer(stack.url) as writer:
        job_id = begin_suspect(stack, client, writer, text)
        until(lambda: model.calls_about(text), stack.logs)
        stack.processes["isolate"].stop()
        until(lambda: writer.job(job_id)["status"] == "queued", stack.logs)
        model.plan(known_words)
        stack.processes["isolate"].wait(60)
        stack.start("sweeper")  # sends again what got lost while the worker left
        stack.replace("isolate")

        assert writer.ended(job_id)["status"] == "succeeded"
