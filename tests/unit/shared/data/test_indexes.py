from concurrent.futures import ThreadPoolExecutor

import pytest
from pymongo import IndexModel
from pymongo.errors import OperationFailure

from shared.data.mongo import indexes as catalogue
from shared.data.mongo.indexes import INDEXES, Indexes


def standing(collection):
    """Return what the server knows of the collection's indexes, by their keys."""
    return {tuple(each["key"].items()): dict(each) for each in collection.list_indexes()}


@pytest.fixture
def declare(monkeypatch, database):
    """Return a function that declares the indexes of `things` and makes them."""

    def make(*declared, retired=()):
        monkeypatch.setattr(catalogue, "INDEXES", {"things": list(declared)})
        monkeypatch.setattr(catalogue, "RETIRED", {"things": list(retired)})
        Indexes(database).make()
        return standing(database["things"])

    return make


class TestIndexes:
    def test_it_makes_all_that_are_declared(self, database):
        Indexes(database).make()

        for name, declared in INDEXES.items():
            wanted = {tuple(index.document["key"].items()) for index in declared}
            assert wanted == set(standing(database[name])) - {(("_id", 1),)}

    def test_many_may_make_them_at_once(self, database):
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda _: Indexes(database).make(), range(16)))

        assert len(standing(database["conversations"])) == 3

    def test_it_changes_how_long_records_live_in_place(self, declare):
        declare(IndexModel("at", name="first", expireAfterSeconds=10))
        made = declare(IndexModel("at", name="second", expireAfterSeconds=20))[("at", 1),]

        assert (made["name"], made["expireAfterSeconds"]) == ("first", 20)

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            (IndexModel("a"), IndexModel("a", unique=True)),
            (IndexModel("a", unique=True), IndexModel("a")),
            (IndexModel("a"), IndexModel("a", expireAfterSeconds=5)),
            (IndexModel("a", name="same"), IndexModel([("a", 1), ("b", 1)], name="same")),
        ],
    )
    def test_it_replaces_one_whose_definition_changed(self, declare, old, new):
        declare(old)
        made = declare(new)

        assert declare(new) == made
        assert len(made) == 2
        found = made[tuple(new.document["key"].items())]
        assert found.get("unique") == new.document.get("unique")
        assert found.get("expireAfterSeconds") == new.document.get("expireAfterSeconds")

    def test_one_may_take_the_name_of_another_that_stays(self, declare):
        declare(IndexModel("a", name="same"), IndexModel("c"))
        made = declare(IndexModel([("a", 1), ("b", 1)], name="same"), IndexModel("a", name="other"))

        names = {key: made[key]["name"] for key in made}
        assert names[("a", 1), ("b", 1)] == "same"
        assert names[(("a", 1),)] == "other"

    def test_many_may_replace_one_at_once(self, declare, database):
        declare(IndexModel("a"))
        with ThreadPoolExecutor(8) as pool:
            made = list(pool.map(lambda _: declare(IndexModel("a", unique=True)), range(8)))

        assert made
        assert standing(database["things"])[("a", 1),]["unique"]

    def test_what_cannot_be_made_leaves_what_there_was(self, declare, database):
        declare(IndexModel("a"))
        database["things"].insert_many([{"a": 1}, {"a": 1}])
        with pytest.raises(OperationFailure):
            declare(IndexModel("a", unique=True))

        assert ("a", 1) in [key[0] for key in standing(database["things"])]

    def test_one_that_is_not_needed_any_more_goes_and_a_stranger_stays(self, declare, database):
        declare(IndexModel("a"))
        database["things"].create_index("operators")
        made = declare(IndexModel("b"), retired=["a_1"])

        assert set(made) == {(("_id", 1),), (("b", 1),), (("operators", 1),)}
        assert declare(IndexModel("b"), retired=["a_1"]) == made
