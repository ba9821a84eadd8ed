import pytest

from devserver.stores import EmbeddedMongo
from tests.chaos.house import House, Plan


@pytest.fixture(scope="module")
def mongo_uri(tmp_path_factory):
    with EmbeddedMongo(tmp_path_factory.mktemp("chaos") / "mongo") as store:
        yield store.uri


@pytest.fixture(scope="module")
def usual_house(tmp_path_factory, mongo_uri):
    """Return the stack that rows without wishes of their own share."""
    with House(tmp_path_factory.mktemp("usual"), mongo_uri, Plan()) as house:
        yield house
