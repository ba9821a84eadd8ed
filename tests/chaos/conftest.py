import pytest

from tests.mongo import mongo_server_in


@pytest.fixture(scope="module")
def mongo_uri(tmp_path_factory):
    with mongo_server_in(tmp_path_factory.mktemp("chaos") / "mongo") as server:
        yield server.new_database("chaos")
