import errno

import gevent
import pytest
from gevent import socket

from tests.clock import HandClock
from web.http import slow_clients
from web.http.slow_clients import LEAST_BYTES_PER_S, PacedSocket, Patience

GRACE_S = 0.3
LONG_S = 600.0  # no machine is so busy
LONG = b"x" * 4_000_000


@pytest.fixture
def pair():
    """Return a connection: what the server holds of it, and what the client does."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield PacedSocket(ours, GRACE_S), theirs


@pytest.fixture
def patient_pair():
    """Return one on which nobody is cut for being late."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield PacedSocket(ours, LONG_S), theirs


@pytest.fixture
def clock(monkeypatch):
    """Return the clock by which a client is slow."""
    clock = HandClock()
    monkeypatch.setattr(slow_clients, "time", clock)
    return clock


@pytest.fixture
def slow_line(clock, monkeypatch):
    """Return a TCP connection as the gateway has it, and a client of whom little is on its way."""
    monkeypatch.setattr(slow_clients, "_LOOK_EVERY_S", 0.001)
    with socket.socket() as listener, socket.socket() as client:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect(listener.getsockname())
        ours, _ = listener.accept()
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 128 * 1024)
        with ours:
            yield PacedSocket(ours, 10.0), client


def drip(line, pause_s=GRACE_S / 10):
    while True:
        line.sendall(b"x")
        gevent.sleep(pause_s)


def read_until_cut(line):
    with pytest.raises(ConnectionResetError) as cut:
        list(iter(lambda: line.recv(100), b""))
    # What gunicorn takes for a client that went away; anything else is logged with a traceback.
    assert cut.value.errno == errno.ECONNRESET


class TestPatience:
    def test_what_moves_earns_what_waiting_costs(self):
        patience = Patience(20)
        patience.note(15, 0)
        patience.note(1, 3 * LEAST_BYTES_PER_S)

        assert patience.left_s == 7

    def test_nobody_saves_up_for_later(self):
        patience = Patience(20)
        patience.note(1, 10**9)

        assert patience.left_s == 20


class TestReading:
    def test_a_head_that_drips_is_cut(self, pair):
        line, client = pair
        dripping = gevent.spawn(drip, client)

        read_until_cut(line)
        dripping.kill()

    def test_so_is_a_body_though_each_byte_comes_soon(self, pair):
        line, client = pair
        line.expect_body()
        dripping = gevent.spawn(drip, client)

        read_until_cut(line)
        read_until_cut(line)  # at once: what is left of it is not waited for again
        dripping.kill()

    def test_a_body_that_moves_may_take_as_long_as_it_takes(self, patient_pair, clock):
        def send():
            clock.now += LONG_S / 4
            client.sendall(b"x" * int(LEAST_BYTES_PER_S * LONG_S / 4))

        line, client = patient_pair
        line.expect_body()
        for _ in range(20):
            sending = gevent.spawn(send)
            while not sending.dead:
                assert line.recv(100_000)

    def test_a_client_that_rests_between_requests_is_not_cut(self, pair):
        line, client = pair
        line.expect_body()
        line.expect_head()
        gevent.spawn_later(GRACE_S * 3, client.sendall, b"GET")

        assert line.recv(10) == b"GET"

    def test_a_body_that_nobody_reads_is_not_swallowed_for_ever(self, patient_pair):
        line, client = patient_pair
        line.expect_head()
        sending = gevent.spawn(client.sendall, LONG)

        read_until_cut(line)
        sending.kill()


class TestWriting:
    def test_a_reader_that_does_not_read_is_dropped(self, pair):
        line, _ = pair
        with pytest.raises(ConnectionResetError):
            line.sendall(LONG)

    def test_one_that_reads_gets_all_in_order(self, patient_pair):
        line, client = patient_pair
        sent = bytes(range(256)) * 4000
        sending = gevent.spawn(line.sendall, sent)
        got = b"".join(iter(lambda: client.recv(60_000) if not sending.ready() else b"", b""))
        while len(got) < len(sent):
            got += client.recv(60_000)

        assert got == sent

    def test_one_on_a_slow_line_gets_all(self, slow_line, clock):
        line, client = slow_line
        sending = gevent.spawn(line.sendall, LONG[:350_000])
        # At this pace, the system takes more than our patience to take more of it.
        while (taken := client.recv(1500)) and not sending.ready():
            clock.now += len(taken) / (1.5 * LEAST_BYTES_PER_S)
            gevent.sleep(0.002)  # in which it is looked at

        assert sending.exception is None
