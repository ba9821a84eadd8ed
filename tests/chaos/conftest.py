import pytest

from tests.chaos.house import House, Plan
from tests.mongo import mongo_server_in


@pytest.fixture(scope="module")
def mongo_uri(tmp_path_factory):
    with mongo_server_in(tmp_path_factory.mktemp("chaos") / "mongo") as server:
        yield server.new_database("chaos")


@pytest.fixture(scope="module")
def usual_house(tmp_path_factory, mongo_uri):
    """Return the stack that rows without wishes of their own share."""
    with House(tmp_path_factory.mktemp("usual"), mongo_uri, Plan()) as house:
        yield house
