import socket

import pytest
from amqp.exceptions import NotFound
from celery import Celery

from tests.rabbitmq import STACK
from tests.stack import START_WITHIN_S, until
from tests.stack_client import order, some_text
from workers.nodes import STALLED_STATUS

MISSED_WITHIN_S = 120.0  # two heartbeats of 10 s, and what a busy machine adds


@pytest.fixture
def apart(over_rabbitmq):
    return over_rabbitmq


@pytest.fixture
def line(apart):
    with apart.broker.connect(STACK) as connection:
        yield connection


class TestWorkersOfRabbitMQ:
    @pytest.mark.deep
    def test_they_declare_nothing_for_messages_with_an_eta(self, apart, line):
        apart.stack.wait_until_ready()

        line.channel().exchange_declare("copydesk", "direct", passive=True)
        with pytest.raises(NotFound):
            line.channel().exchange_declare("celery_delayed_0", "topic", passive=True)

    @pytest.mark.deep
    def test_one_that_finds_its_old_queue_for_commands_waits(
        self, apart, line, apart_writer, workers
    ):
        commands = f"interactive-x@{socket.gethostname()}.celery.pidbox"
        line.channel().queue_declare(commands, exclusive=True)
        worker = workers.start("interactive-x").processes["interactive-x"]
        told = worker.log.read_text
        until(lambda: "RESOURCE_LOCKED" in told(), told, START_WITHIN_S)
        line.close()
        until(lambda: " ready." in told(), told, START_WITHIN_S)
        worker.kill()

        assert apart_writer.finish(order(some_text()))["status"] == "succeeded"

    @pytest.mark.deep
    def test_one_whose_broker_hangs_leaves_it_and_comes_back(self, apart, apart_writer, model):
        running, hold = apart_writer.begin_held(model, some_text())
        apart.broker.freeze()
        try:
            until(lambda: has_left(apart.stack), apart.stack.logs, MISSED_WITHIN_S)
        finally:
            apart.broker.thaw()
        hold.set()
        jobs = [apart_writer.ended(running), apart_writer.finish(order(some_text()))]

        assert [(job["status"], job["attempt"]) for job in jobs] == [("succeeded", 1)] * 2

    @pytest.mark.deep
    def test_one_that_lost_its_consumer_ends_and_its_successor_works(
        self, apart, line, apart_writer, workers
    ):
        apart.stack.processes.pop("interactive").kill()
        apart.stack.own_env["interactive-y"] = {"WORKER_STALL": "3"}
        stalled = apart.stack.start("interactive-y").wait_until_ready().processes["interactive-y"]
        with Celery(broker=apart.broker.uri, set_as_current=False) as app:
            node = f"interactive-y@{socket.gethostname()}"
            assert app.control.cancel_consumer("interactive", [node], reply=True, timeout=60)
        # It replies before it does so.
        channel = line.channel()
        until(lambda: not consumers(channel, "interactive"), apart.stack.logs)
        job_id = apart_writer.begin(order(some_text()))
        until(lambda: stalled.has_ended, apart.stack.logs)
        apart.stack.replace("interactive")

        assert stalled.status == STALLED_STATUS
        assert apart_writer.ended(job_id)["status"] == "succeeded"


def consumers(channel, queue):
    return channel.queue_declare(queue, passive=True).consumer_count


def has_left(stack):
    return "Too many heartbeats missed" in stack.processes["interactive"].log.read_text()
