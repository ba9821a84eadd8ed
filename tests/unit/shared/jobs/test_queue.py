import time

import pytest

from shared.jobs.broker import sender
from shared.jobs.names import QueueName
from shared.jobs.queue import JobQueue, QueueUnavailableError
from shared.settings import Settings
from tests.stack import OwnRedis, until

NOBODY = {"redis_uri": "redis://127.0.0.1:1/0", "mongo_uri": "mongodb://127.0.0.1:1/x"}


@pytest.fixture(params=["redis://127.0.0.1:1/0", "amqp://127.0.0.1:1//"])
def queue(request):
    app = sender(Settings(_env_file=None, broker_uri=request.param, **NOBODY))
    yield JobQueue(app)
    app.close()


class TestABrokerThatDies:
    @pytest.fixture
    def dying(self, tmp_path):
        """Return a queue that is in use, and the store behind it."""
        with OwnRedis(tmp_path / "broker") as store:
            app = sender(Settings(_env_file=None, broker_uri=store.uri, **NOBODY))
            queue = JobQueue(app)
            queue.publish("job_1", QueueName.INTERACTIVE)
            yield queue, store
            store.kill()
            app.close()

    def test_it_holds_what_was_published(self, dying):
        queue, _ = dying

        assert queue.depth(QueueName.INTERACTIVE) == 1
        assert queue.depth(QueueName.RESCUE) == 0

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
        until(lambda: published(queue), lambda: "not used again", within_s=10)


def published(queue):
    try:
        queue.publish("job_2", QueueName.INTERACTIVE)
    except QueueUnavailableError:
        return False
    return True


class TestABrokerThatIsAway:
    def test_waking_is_best_effort(self, queue):
        began = time.monotonic()
        queue.wake("job_1", QueueName.INTERACTIVE)

        assert time.monotonic() - began < 5

    def test_publishing_says_so(self, queue):
        with pytest.raises(QueueUnavailableError):
            queue.publish("job_1", QueueName.INTERACTIVE)

    def test_asking_says_so(self, queue):
        with pytest.raises(QueueUnavailableError):
            queue.depth(QueueName.INTERACTIVE)
        with pytest.raises(QueueUnavailableError):
            queue.ping()
