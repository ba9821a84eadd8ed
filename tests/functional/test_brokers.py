import time

import pytest

from shared.jobs.names import QueueName
from shared.jobs.queue import JobQueue
from tests.model_server_scripts import known_words
from tests.patient_sender import patient_sender
from tests.rabbitmq import each_broker
from tests.stack import until
from tests.stack_client import order, some_text

pytestmark = pytest.mark.parametrize("over_each", each_broker(now="redis"), indirect=True)


@pytest.fixture
def apart(over_each):
    return over_each


@pytest.fixture
def app(apart):
    """Return what the test sends and asks with."""
    sending = patient_sender(apart.stack.settings)
    yield sending
    sending.close()


@pytest.fixture
def queue(app):
    return JobQueue(app)


@pytest.fixture
def broker_back(apart, apart_writer):
    """See to it that the broker serves again when the test is over."""
    yield
    apart.broker.thaw()
    if apart.broker.pid is None:
        apart.broker.start()
    until(lambda: is_ready(apart_writer), apart.stack.logs)


def is_ready(writer):
    return writer.http.get("/health/readiness").status_code == 200


@pytest.mark.usefixtures("broker_back")
class TestABrokerThatIsAway:
    @pytest.mark.deep
    def test_while_it_hangs_jobs_are_accepted_at_once(self, apart, apart_writer):
        apart_writer.finish(order(some_text()))
        apart.broker.freeze()
        # Nobody lets the broker answer before both are accepted.
        job_ids = [apart_writer.begin(order(some_text())) for _ in range(2)]
        apart.broker.thaw()

        assert {apart_writer.ended(job_id)["status"] for job_id in job_ids} == {"succeeded"}

    @pytest.mark.deep
    def test_a_key_sent_again_while_it_hangs_makes_no_second_job(self, apart, apart_writer, model):
        text = some_text()
        apart_writer.http.get("/api/v1/limits")
        apart.broker.freeze()
        job_ids = {apart_writer.begin(order(text), Idempotency_Key=text) for _ in range(2)}
        apart.broker.thaw()
        ended = [apart_writer.ended(job_id) for job_id in job_ids]

        assert [job["status"] for job in ended] == ["succeeded"]
        assert len(model.calls_about(text)) == 1

    def test_its_death_ends_no_job_and_loses_none(self, apart, apart_writer, model):
        text = some_text()
        running, hold = apart_writer.begin_held(model, text)
        apart.broker.kill()
        accepted = apart_writer.begin(order(some_text()))
        apart.broker.start()
        hold.set()
        ended = [apart_writer.ended(job_id) for job_id in (running, accepted)]

        assert [(job["status"], job["attempt"]) for job in ended] == [("succeeded", 1)] * 2
        assert len(model.calls_about(text)) == 1


def kill_worker(workers, writer):
    """End it once it has taken what an earlier test left in the queue: messages may be doubled."""
    writer.finish(order(some_text()))
    workers.processes["interactive"].kill()


def wait_for(queue, messages):
    """Wait until they are there: first they are on their way to the worker that was killed.

    Some may be there twice: the sweeper sends again what it misses meanwhile.
    """
    interactive = QueueName.INTERACTIVE
    until(lambda: queue.depth(interactive) >= messages, lambda: queue.depth(interactive))


class TestMessages:
    @pytest.mark.deep
    def test_those_in_the_queue_outlive_the_broker(self, apart, apart_writer, workers, queue):
        kill_worker(workers, apart_writer)
        job_ids = [apart_writer.begin(order(some_text())) for _ in range(3)]
        wait_for(queue, messages=3)
        time.sleep(1)
        apart.broker.kill()
        apart.broker.start()
        workers.replace("interactive")
        ended = [apart_writer.ended(job_id) for job_id in job_ids]

        assert [(job["status"], job["attempt"]) for job in ended] == [("succeeded", 1)] * 3

    def test_those_that_are_purged_are_sent_again(self, app, apart_writer, workers, queue):
        kill_worker(workers, apart_writer)
        job_id = apart_writer.begin(order(some_text()))
        wait_for(queue, messages=1)
        with app.pool.acquire(block=True) as line:
            purged = line.default_channel.queue_purge(QueueName.INTERACTIVE.value)
        workers.replace("interactive")
        job = apart_writer.ended(job_id)

        assert purged >= 1
        assert (job["status"], job["attempt"]) == ("succeeded", 1)

    def test_one_that_comes_twice_is_one_result(self, apart_writer, queue, model):
        text = some_text()
        job_id, hold = apart_writer.begin_held(model, text)
        model.plan(known_words)
        for _ in range(2):
            queue.publish(job_id, QueueName.INTERACTIVE)
        apart_writer.finish(order(some_text()))
        hold.set()
        names = [event.name for event in apart_writer.events(job_id)]

        assert names.count("job.started") == names.count("job.succeeded") == 1
        assert len(model.calls_about(text)) == 1
