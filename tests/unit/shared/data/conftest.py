import itertools
import time
from contextlib import suppress

import pytest
from redis import Redis
from redis.exceptions import RedisError

from devserver.ports import free_port
from devserver.stores import EmbeddedRedis
from shared.data.mongo import client as mongo
from tests.mongo import mongo_server_in
from tests.query_plans import Overheard
from tests.unit.shared.data.redis_house import RedisHouse
from tests.unit.shared.data.server_clock import ServerClock

_DATABASES = 1000


class ClusterNode(EmbeddedRedis):
    """A cluster of one: it refuses scripts whose keys lie in more than one slot."""

    start_within_s = 120.0

    @property
    def command(self):
        # Else its bus takes a port from the range of outgoing connections, which may be in use.
        bus = ["--cluster-port", str(free_port())]
        return [*super().command, "--cluster-enabled", "yes", "--cluster-databases", "1000", *bus]


@pytest.fixture(scope="session")
def cluster_node(tmp_path_factory):
    """Return a real server that is this session's own; each test gets a database of it."""
    with ClusterNode(tmp_path_factory.mktemp("unit") / "redis") as store:
        with Redis.from_url(store.uri) as client:
            client.execute_command("CLUSTER", "ADDSLOTSRANGE", 0, 16383)
            _wait_for_slots(client)
        yield store


@pytest.fixture(scope="session")
def database_numbers():
    return itertools.count(1)


@pytest.fixture
def clock(monkeypatch):
    """Return the clock that scripts go by."""
    clock = ServerClock()
    clock.use(monkeypatch)
    return clock


@pytest.fixture
def redis(cluster_node, database_numbers, clock):
    number = next(database_numbers) % _DATABASES
    with Redis(
        port=cluster_node.port, db=number, decode_responses=True, protocol=2, socket_timeout=60
    ) as client:
        client.time = clock.time
        yield client


@pytest.fixture
def house(redis):
    return RedisHouse(redis)


@pytest.fixture(scope="session")
def mongo_server(tmp_path_factory):
    with mongo_server_in(tmp_path_factory.mktemp("unit") / "mongo") as server:
        yield server


@pytest.fixture
def overheard():
    return Overheard()


@pytest.fixture
def database(mongo_server, request, overheard):
    """Return a database of the test's own; every query of a repository needs an index."""
    uri = mongo_server.new_database(request.node.name)
    found = mongo.connect(uri, event_listeners=[overheard], timeoutMS=60_000)
    yield found
    found.client.close()
    assert [query for query in overheard.queries if not query.is_served] == []


def _wait_for_slots(client):
    ends_at = time.monotonic() + 60
    while time.monotonic() < ends_at:
        with suppress(RedisError):
            client.set("is-up", 1)
            return
        time.sleep(0.02)
