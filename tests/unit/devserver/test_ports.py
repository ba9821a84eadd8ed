import socket
import subprocess
import sys

import pytest

from devserver import ports
from devserver.errors import StartError
from devserver.ports import HIGHEST, LOWEST, free_port, require_free
from tests.stack import ROOT


@pytest.fixture
def taken():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


def test_it_names_the_setting_of_a_taken_port(taken):
    with pytest.raises(StartError, match=f"^port {taken} is taken: set FLOWER_PORT$"):
        require_free("127.0.0.1", taken, "FLOWER_PORT")


def test_it_finds_a_port_that_a_server_may_have():
    port = free_port()

    assert LOWEST <= port <= HIGHEST
    require_free("127.0.0.1", port, "PORT")


def test_it_finds_another_one_each_time(monkeypatch):
    monkeypatch.setattr(ports, "HIGHEST", LOWEST + 99)
    found = [free_port() for _ in range(40)]

    assert len(set(found)) == len(found)


def test_no_other_process_is_given_it():
    port = free_port()
    script = f"from devserver import ports as p; p.LOWEST = p.HIGHEST = {port}; p.free_port()"
    other = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)

    assert f"No free port found between {port} and {port}" in other.stderr


def test_it_tells_a_taken_port_from_a_host_that_is_not_here():
    with pytest.raises(StartError, match="set HOST"):
        require_free("192.0.2.1", free_port(), "PORT")  # RFC 5737: nobody has it
