import pytest
from pymongo import timeout

from shared.data.mongo import long_lists
from shared.data.mongo.indexes import Indexes
from shared.data.mongo.long_lists import LongList, findable_by

IDS = [f"doc_{number:03}" for number in range(200)]
FIELDS = {"owner": "u1", "archived": False}


def terms_of(number):
    return ["all", *(["even"] if number % 2 == 0 else []), *(["tenth"] if number % 10 == 0 else [])]


@pytest.fixture
def records(database, monkeypatch):
    monkeypatch.setattr(long_lists, "_EVERY", 8)
    with timeout(60):  # a busy machine is none of the test's concern
        Indexes(database).make()
        database["documents"].insert_many(
            {"_id": id_, **FIELDS, "terms": findable_by(id_, terms_of(number)), "content": "Words"}
            for number, id_ in enumerate(IDS)
        )
        yield database["documents"]


def expected(terms, limit, before):
    found = [id_ for number, id_ in enumerate(IDS) if set(terms) <= set(terms_of(number))]
    return [id_ for id_ in reversed(found) if before is None or id_ < before][:limit]


class TestLongList:
    @pytest.mark.parametrize(
        "terms", [(), ("even",), ("all", "tenth"), ("even", "all", "tenth"), ("none",)]
    )
    @pytest.mark.parametrize(
        ("limit", "before"), [(5, None), (60, "doc_120"), (300, None), (9, "")]
    )
    def test_windows_leave_nothing_out(self, records, terms, limit, before):
        page = LongList(records, FIELDS, terms, {"terms": 0}).page(limit=limit, before=before)

        assert [record["_id"] for record in page] == expected(terms, limit, before)
        assert all("terms" not in record for record in page)

    def test_nothing_is_left_out_where_milestones_are_missing(self, records):
        records.update_many({}, {"$set": {"terms": ["all"]}})
        page = LongList(records, FIELDS, ("all",), {"terms": 0}).page(limit=7, before="doc_100")

        assert [record["_id"] for record in page] == expected(("all",), 7, "doc_100")

    @pytest.mark.parametrize("terms", [(), ("all",), ("all", "even")])
    @pytest.mark.parametrize("before", [None, "doc_150", "doc_050"])
    def test_no_query_reaches_over_much_more_than_a_page(self, records, overheard, terms, before):
        LongList(records, FIELDS, terms, {"terms": 0}).page(limit=5, before=before)

        assert len(overheard.queries) > 1
        assert max(records.count_documents(query.filter) for query in overheard.queries) < 60
