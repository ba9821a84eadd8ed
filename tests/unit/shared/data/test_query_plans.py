import pytest
from pymongo import DESCENDING

from shared.data.mongo.conversations import ConversationRepository
from tests.query_plans import Query


def is_served(collection, found, **sort):
    return Query(collection, found, sort, "").is_served


class TestQuery:
    @pytest.mark.parametrize(
        ("found", "sort"),
        [
            ({"_id": "doc_1", "revision": 3}, {}),
            ({"owner": "u1"}, {}),
            ({"archived": False, "owner": "u1"}, {"_id": -1}),
            ({"owner": "u1", "archived": False}, {"_id": 1}),
            ({"owner": "u1", "archived": False, "_id": {"$lt": "doc_1"}}, {"_id": -1}),
            ({"owner": "u1", "terms": {"$all": ["a", "b"]}, "archived": True}, {"_id": -1}),
            ({"deleted_at": {"$lt": 5}}, {}),
            ({"deleted_at": {"$lt": 5}}, {"deleted_at": 1}),
        ],
    )
    def test_an_index_serves_what_it_begins_with(self, found, sort):
        assert is_served("documents", found, **sort)

    @pytest.mark.parametrize(
        ("found", "sort"),
        [
            ({}, {}),
            ({"archived": False}, {}),
            ({"title": "A"}, {"_id": -1}),
            ({"$or": [{"owner": "u1"}]}, {}),
            ({"owner": "u1"}, {"_id": -1}),
            ({"owner": "u1", "archived": False}, {"title": 1}),
            ({"owner": "u1", "archived": {"$ne": True}}, {"_id": -1}),
            ({"owner": "u1", "_id": "doc_1"}, {}),
        ],
    )
    def test_none_serves_what_it_has_to_search_or_sort(self, found, sort):
        assert not is_served("documents", found, **sort)


class TestOverheard:
    def test_it_hears_repositories_and_nobody_else(self, database, overheard):
        ConversationRepository(database).newest("u1", limit=3, before="cnv_1")
        database["conversations"].find_one({"title": "A"})

        (query,) = overheard.queries
        assert query.collection == "conversations"
        assert query.filter == {"owner": "u1", "deleted_at": None, "_id": {"$lt": "cnv_1"}}
        assert query.sort == {"_id": DESCENDING}
        assert query.asked_at.startswith("conversations.py:")
