import pytest

from shared.jobs.broker import sender
from shared.settings import Settings

STORES = {"redis_uri": "redis://127.0.0.1:1/0", "mongo_uri": "mongodb://127.0.0.1:1/x"}


@pytest.fixture
def configured():
    """Return a function that gives Celery's settings for a broker."""
    apps = []

    def configure(**settings):
        apps.append(sender(Settings(_env_file=None, **STORES | settings)))
        return apps[-1].conf

    yield configure
    for app in apps:
        app.close()


class TestQueues:
    @pytest.mark.parametrize("uri", ["amqp://there//", "amqps://there//"])
    def test_rabbitmq_keeps_them_on_its_disks(self, configured, uri):
        queues = configured(broker_uri=uri).task_queues

        assert all(queue.durable for queue in queues)
        assert {queue.queue_arguments["x-queue-type"] for queue in queues} == {"quorum"}

    def test_redis_is_told_nothing_of_that(self, configured):
        assert {queue.queue_arguments for queue in configured().task_queues} == {None}


class TestTls:
    def test_the_name_in_the_certificate_has_to_be_that_in_the_address(self, configured):
        assert configured(broker_uri="amqps://there//").broker_use_ssl["server_hostname"] == "there"

    @pytest.mark.parametrize("settings", [{}, {"broker_uri": "amqp://there//"}])
    def test_without_it_there_is_nothing_to_compare(self, configured, settings):
        assert configured(**settings).broker_use_ssl is False
