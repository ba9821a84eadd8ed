import socket
import threading

import pytest

from shared.jobs.leases import Claimant, Fate
from tests.functional.test_openai_provider import call
from tests.stack import until
from tests.unit.workers.services.test_leases import JOB, FakeQueue, FakeStore
from workers.ai.openai_provider import OpenAIProvider
from workers.services.leases import Leases


@pytest.fixture
def black_hole():
    """Return an address that answers no attempt to connect: its backlog is full."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as server:
        address = server.getsockname()
        guests = [socket.socket() for _ in range(4)]
        for guest in guests:
            guest.setblocking(False)
            guest.connect_ex(address)
        yield f"http://127.0.0.1:{address[1]}/v1"
        for guest in guests:
            guest.close()


def test_a_job_that_connects_is_cancelled_before_the_connection_gives_up(black_hole):
    store, provider = FakeStore(), OpenAIProvider(model="m", api_key=None, base_url=black_hole)
    leases = Leases(store, FakeQueue(), Claimant("w", "m"))

    def work():
        with leases.claim(JOB, queue="interactive") as claim:
            list(provider.stream(call(), claim.interrupt))

    worker = threading.Thread(target=work)
    worker.start()
    until(leases._held, lambda: "the work was never claimed")
    store.fate = Fate.STOP
    until(lambda: store.ending, lambda: "it was never ended")

    assert worker.is_alive()
    worker.join(60)
    assert store.ending.status == "cancelled"
