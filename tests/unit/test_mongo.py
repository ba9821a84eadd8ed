"""The tests' own MongoDB server, as it is named from outside."""

import pytest
from pymongo import MongoClient

from devserver.stores import EmbeddedMongo
from tests.mongo import VARIABLE, address_of, mongo_server_in

SERVER = "mongodb://127.0.0.1:1"


@pytest.mark.parametrize(
    ("named", "given"),
    [
        (f"{SERVER}", f"{SERVER}/mine"),
        (f"{SERVER}/theirs?replicaSet=rs0", f"{SERVER}/mine?replicaSet=rs0"),
        ("mongodb://u:p@h/", "mongodb://u:p@h/mine?authSource=admin"),
        ("mongodb://u:p@h/theirs", "mongodb://u:p@h/mine?authSource=theirs"),
        ("mongodb://u:p@h/x?authSource=y", "mongodb://u:p@h/mine?authSource=y"),
        ("mongodb://a:1,b:2/x?w=2", "mongodb://a:1,b:2/mine?w=2"),
    ],
)
def test_another_database_is_on_the_same_server(named, given):
    assert address_of(named, "mine") == given


def test_a_server_that_is_named_keeps_nothing_but_what_it_had(tmp_path, monkeypatch):
    with EmbeddedMongo(tmp_path / "named") as named, MongoClient(named.uri) as client:
        client["theirs"]["things"].insert_one({"_id": 1})
        monkeypatch.setenv(VARIABLE, named.uri)
        with mongo_server_in(tmp_path / "own") as server:
            with MongoClient(server.new_database("A name [of a test]")) as ours:
                ours.get_default_database()["things"].insert_one({"_id": 2})
            assert len(client.list_database_names()) > 1

        assert [name for name in client.list_database_names() if "copydesk" in name] == []
        assert client["theirs"]["things"].find_one()
        assert not (tmp_path / "own").exists()
