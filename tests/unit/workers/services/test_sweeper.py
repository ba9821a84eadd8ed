import pytest
from prometheus_client import CollectorRegistry

from shared.data.redis.sweeps import Found
from shared.errors import StoreUnavailableError
from shared.jobs.queue import QueueUnavailableError
from shared.metrics.recorder import recorder
from workers.services.sweeper import Sweeper

LOST = Found("job_lost", "rescue", "worker_lost")
OVERDUE = [Found(f"job_{n}", "interactive", "overdue") for n in range(3)]


class FakeSweeps:
    """Finds what it was given, once."""

    def __init__(self, *found, waiting=0):
        self.found = list(found)
        self.is_away = False
        self._waiting = waiting

    def sweep(self, queues):
        if self.is_away:
            raise StoreUnavailableError("away")
        found, self.found = self.found, []
        yield from found

    def waiting(self, queue):
        return self._waiting


class FakeQueue:
    """Keeps what is published, unless the broker is away."""

    def __init__(self):
        self.messages = []
        self.is_away = False

    def publish(self, work_id, queue):
        if self.is_away:
            raise QueueUnavailableError
        self.messages.append((work_id, str(queue)))

    def depth(self, queue):
        return sum(name == queue for _, name in self.messages)


@pytest.fixture
def queue():
    return FakeQueue()


class TestSweep:
    def test_it_publishes_what_was_lost(self, queue):
        Sweeper(FakeSweeps(LOST), queue).sweep()

        assert queue.messages == [("job_lost", "rescue")]

    def test_it_publishes_what_is_overdue_and_has_no_message(self, queue):
        Sweeper(FakeSweeps(*OVERDUE, waiting=3), queue).sweep()

        assert len(queue.messages) == 3

    def test_a_long_queue_is_no_loss(self, queue):
        queue.messages = [("job_0", "interactive"), ("job_1", "interactive")]
        Sweeper(FakeSweeps(*OVERDUE, waiting=3), queue).sweep()

        assert len(queue.messages) == 3

    def test_a_long_queue_hides_no_loss_in_another(self, queue):
        queue.messages = [(f"job_{n}", "isolate") for n in range(9)]
        Sweeper(FakeSweeps(*OVERDUE, waiting=3), queue).sweep()

        assert [name for _, name in queue.messages].count("interactive") == 3

    def test_a_store_that_is_away_is_left_to_the_next_round(self, queue):
        sweeps = FakeSweeps(LOST)
        sweeps.is_away = True
        Sweeper(sweeps, queue).sweep()
        sweeps.is_away = False
        Sweeper(sweeps, queue).sweep()

        assert queue.messages == [("job_lost", "rescue")]

    def test_a_broker_that_is_away_ends_no_sweeper(self, queue):
        queue.is_away = True
        Sweeper(FakeSweeps(LOST), queue).sweep()

        assert queue.messages == []


def test_what_was_lost_is_a_takeover_and_what_is_overdue_is_none(queue):
    before = _takeovers()
    Sweeper(FakeSweeps(LOST, *OVERDUE), queue).sweep()

    assert _takeovers() - before == 1


def _takeovers():
    registry = CollectorRegistry()
    recorder.register(registry)
    return registry.get_sample_value("copydesk_takeovers_total", {"lane": "interactive"}) or 0
