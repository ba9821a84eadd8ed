import time

import pytest
from amqp.exceptions import NotFound, PreconditionFailed
from kombu import pools

from shared.jobs.broker import sender
from shared.jobs.names import QueueName
from shared.jobs.queue import JobQueue, QueueUnavailableError
from shared.settings import Settings
from tests.patient_sender import patient_sender
from tests.rabbitmq import QUEUES
from tests.stack import OwnRedis, until

NOBODY = {"redis_uri": "redis://127.0.0.1:1/0", "mongo_uri": "mongodb://127.0.0.1:1/x"}


def app_of(uri, new_app=sender):
    return new_app(Settings(_env_file=None, broker_uri=uri, **NOBODY))


@pytest.fixture(params=["redis://127.0.0.1:1/0", "amqp://127.0.0.1:1//"])
def queue(request):
    app = app_of(request.param)
    yield JobQueue(app)
    app.close()


class TestABrokerThatDies:
    @pytest.fixture
    def dying(self, tmp_path):
        """Return a queue that is in use, and the store behind it."""
        with OwnRedis(tmp_path / "broker") as store:
            app = app_of(store.uri)
            queue = JobQueue(app)
            until(lambda: published(queue), lambda: "not used")
            yield queue, store
            store.kill()
            app.close()

    def test_it_holds_what_was_published(self, tmp_path):
        with OwnRedis(tmp_path / "broker") as store:
            app = app_of(store.uri, patient_sender)
            queue = JobQueue(app)
            queue.publish("job_1", QueueName.INTERACTIVE)
            depths = [queue.depth(name) for name in (QueueName.INTERACTIVE, QueueName.RESCUE)]
            app.close()

        assert depths == [1, 0]

    @pytest.mark.parametrize("ending", [OwnRedis.kill, OwnRedis.freeze])
    def test_a_line_that_is_cut_is_said_as_one_that_never_was(self, dying, ending):
        queue, store = dying
        ending(store)
        queue.wake("job_2", QueueName.INTERACTIVE)

        with pytest.raises(QueueUnavailableError):
            queue.publish("job_2", QueueName.INTERACTIVE)
        with pytest.raises(QueueUnavailableError):
            queue.depth(QueueName.INTERACTIVE)

    def test_it_is_used_again_once_it_is_back(self, dying):
        queue, store = dying
        store.kill()
        queue.wake("job_2", QueueName.INTERACTIVE)
        store.start()
        until(lambda: published(queue), lambda: "not used again")


class TestRabbitMQ:
    @pytest.fixture
    def new_broker(self, rabbitmq):
        """Return the address of one that has no queues of ours yet."""
        with rabbitmq.connect(QUEUES) as line:
            for queue in QueueName:
                line.channel().queue_delete(queue.value)
        yield rabbitmq.queues_uri
        pools.reset()  # kombu's are one for all apps, and remember what they have declared

    @pytest.fixture
    def queue(self, new_broker):
        app = app_of(new_broker, patient_sender)
        yield JobQueue(app)
        app.close()

    @pytest.fixture
    def hasty(self, new_broker):
        """Return one that gives up as soon as in service, on a line that is in use."""
        app = app_of(new_broker)
        queue = JobQueue(app)
        until(lambda: published(queue), lambda: "not used")
        yield queue
        app.close()

    @pytest.fixture
    def line(self, rabbitmq):
        with rabbitmq.connect(QUEUES) as connection:
            yield connection

    def test_what_is_published_before_any_worker_ran_is_kept(self, queue):
        queue.publish("job_1", QueueName.RESCUE)

        assert queue.depth(QueueName.RESCUE) == 1

    def test_a_queue_that_nobody_has_declared_is_empty(self, queue):
        queue.ping()

        assert queue.depth(QueueName.INTERACTIVE) == 0

    def test_the_queues_are_quorum_queues(self, queue, line):
        queue.publish("job_1", QueueName.INTERACTIVE)

        with pytest.raises(PreconditionFailed, match="'quorum'"):
            line.channel().queue_declare("interactive", durable=True, auto_delete=False)

    def test_a_queue_that_is_deleted_is_missed_and_made_anew(self, queue, line):
        queue.publish("job_1", QueueName.INTERACTIVE)
        line.channel().queue_delete("interactive")

        with pytest.raises(QueueUnavailableError):
            queue.publish("job_2", QueueName.INTERACTIVE)
        queue.publish("job_2", QueueName.INTERACTIVE)
        assert queue.depth(QueueName.INTERACTIVE) == 1

    @pytest.mark.parametrize("ask", [JobQueue.publish, JobQueue.depth, JobQueue.ping])
    def test_while_it_hangs_all_give_up(self, hasty, rabbitmq, ask):
        given = {JobQueue.publish: ("job_1", QueueName.RESCUE), JobQueue.depth: (QueueName.RESCUE,)}
        rabbitmq.freeze()
        began = time.monotonic()
        try:
            for _ in ("on a line that is in use", "on a new one"):
                with pytest.raises(QueueUnavailableError):
                    ask(hasty, *given.get(ask, ()))
        finally:
            rabbitmq.thaw()

        assert time.monotonic() - began < 60  # else it would be for ever

    def test_no_late_answer_is_taken_for_another(self, queue, hasty, rabbitmq):
        queue.publish("job_1", QueueName.RESCUE)
        rabbitmq.freeze()
        hasty.wake("job_2", QueueName.INTERACTIVE)
        rabbitmq.thaw()
        until(lambda: published(hasty), lambda: "not used again")

        assert until(lambda: depth(hasty, QueueName.RESCUE), lambda: "no answer") == 1

    @pytest.mark.parametrize("change", [("copydesk@", "wrong@"), (f"/{QUEUES}", "/nowhere")])
    def test_who_may_not_enter_is_told_that_it_is_away(self, rabbitmq, change):
        uri = rabbitmq.queues_uri.replace(*change)
        queue = JobQueue(app_of(uri))

        with pytest.raises(QueueUnavailableError):
            queue.publish("job_1", QueueName.RESCUE)
        with pytest.raises(QueueUnavailableError):
            queue.ping()

    @pytest.mark.deep
    def test_lines_that_were_cut_in_the_pool_cost_no_message(self, queue, rabbitmq):
        queue.publish("job_1", QueueName.RESCUE)
        time.sleep(5)  # RabbitMQ 3.10 forgets a queue that is younger than 2 s when it is killed
        rabbitmq.kill()
        rabbitmq.start()
        with rabbitmq.connect(QUEUES) as other:
            until(lambda: holds(other, 1), lambda: "the queue did not come back")
        queue.publish("job_2", QueueName.RESCUE)

        assert queue.depth(QueueName.RESCUE) == 2


def holds(line, messages):
    try:
        declared = line.channel().queue_declare(QueueName.RESCUE.value, passive=True)
    except NotFound:
        return False
    return declared.message_count == messages


def depth(queue, name):
    try:
        return queue.depth(name)
    except QueueUnavailableError:
        return None


def published(queue):
    try:
        queue.publish("job_2", QueueName.INTERACTIVE)
    except QueueUnavailableError:
        return False
    return True


class TestABrokerThatIsAway:
    def test_waking_is_best_effort_and_waits_for_nobody(self, queue, monkeypatch):
        rests = []
        monkeypatch.setattr("kombu.utils.functional.sleep", rests.append)
        queue.wake("job_1", QueueName.INTERACTIVE)

        assert rests == []

    def test_publishing_says_so(self, queue):
        with pytest.raises(QueueUnavailableError):
            queue.publish("job_1", QueueName.INTERACTIVE)

    def test_asking_says_so(self, queue):
        with pytest.raises(QueueUnavailableError):
            queue.depth(QueueName.INTERACTIVE)
        with pytest.raises(QueueUnavailableError):
            queue.ping()
