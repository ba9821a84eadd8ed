import socket

import pytest

from devserver.errors import StartError
from devserver.ports import HIGHEST, LOWEST, free_port, require_free


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


def test_it_finds_another_one_each_time():
    ports = [free_port() for _ in range(300)]

    assert len(set(ports)) == len(ports)


def test_it_tells_a_taken_port_from_a_host_that_is_not_here():
    with pytest.raises(StartError, match="set HOST"):
        require_free("192.0.2.1", free_port(), "PORT")  # RFC 5737: nobody has it
