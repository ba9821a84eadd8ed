import time

import pytest

from shared.jobs.broker import sender
from shared.jobs.names import QueueName
from shared.jobs.queue import JobQueue, QueueUnavailableError
from shared.settings import Settings

NOBODY = {"redis_uri": "redis://127.0.0.1:1/0", "mongo_uri": "mongodb://127.0.0.1:1/x"}


@pytest.fixture(params=["redis://127.0.0.1:1/0", "amqp://127.0.0.1:1//"])
def queue(request):
    app = sender(Settings(_env_file=None, broker_uri=request.param, **NOBODY))
    yield JobQueue(app)
    app.close()


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
