import socket
import threading

import psutil
import pytest

from shared.jobs.leases import Claimant, Fate
from tests.functional.test_openai_provider import call
from tests.stack import until
from tests.unit.workers.services.test_leases import JOB, FakeQueue, FakeStore
from workers.ai.openai_provider import OpenAIProvider
from workers.services.leases import Leases


@pytest.fixture
def black_hole():
    """Return a server that answers no attempt to connect, for its backlog is full."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as server:
        address = server.getsockname()
        guests = [socket.socket() for _ in range(4)]
        for guest in guests:
            guest.setblocking(False)
            guest.connect_ex(address)
        yield server
        for guest in guests:
            guest.close()


def connecting(server):
    """Return how many connections of this process to the server are not yet made."""
    lines = psutil.Process().net_connections("tcp")
    mine = [line for line in lines if line.raddr and line.raddr.port == server.getsockname()[1]]
    return sum(line.status == psutil.CONN_SYN_SENT for line in mine)


def test_a_job_that_connects_is_cancelled_before_the_connection_gives_up(black_hole):
    store, address = FakeStore(), f"http://127.0.0.1:{black_hole.getsockname()[1]}/v1"
    provider = OpenAIProvider(model="m", api_key=None, base_url=address)
    leases = Leases(store, FakeQueue(), Claimant("w", "m"))

    def work():
        with leases.claim(JOB, queue="interactive") as claim:
            list(provider.stream(call(), claim.interrupt))

    guests = connecting(black_hole)
    worker = threading.Thread(target=work)
    worker.start()
    until(lambda: connecting(black_hole) > guests, lambda: "it never tried to connect")
    store.fate = Fate.STOP
    until(lambda: store.ending, lambda: "it was never ended")

    assert worker.is_alive()
    black_hole.close()  # its next try is refused
    worker.join(60)
    assert not worker.is_alive()
    assert store.ending.status == "cancelled"
