import pytest

from tests.stack_client import order, some_text

JOBS = "/api/v1/jobs"


def listed(writer, **query):
    answer = writer.http.get(JOBS, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def ids(page):
    return [job["id"] for job in page["jobs"]]


@pytest.fixture
def three(writer):
    """Return the ids of three jobs, the newest first; the oldest was cancelled."""
    hold_id = writer.begin(order(some_text(), expires_in=3600))
    writer.cancel(hold_id)
    writer.ended(hold_id)
    others = [writer.finish(order(some_text()))["id"] for _ in range(2)]
    return [*reversed(others), hold_id]


class TestTheList:
    def test_it_shows_the_newest_first(self, writer, three):
        page = listed(writer)

        assert (ids(page), page["next_cursor"]) == (three, None)

    def test_it_shows_each_as_it_is_without_the_result(self, writer, three):
        whole = [writer.job(one) | {"result": None} for one in three]

        assert listed(writer)["jobs"] == whole

    def test_it_goes_on_where_it_ended_whatever_is_made_or_deleted_meanwhile(self, writer, three):
        first = listed(writer, limit=1)
        writer.finish(order(some_text()))
        writer.http.delete(f"{JOBS}/{three[0]}")
        rest = listed(writer, limit=2, cursor=first["next_cursor"])

        assert (ids(first), ids(rest), rest["next_cursor"]) == (three[:1], three[1:], None)

    def test_it_can_be_narrowed(self, writer, three):
        status = writer.job(three[2])["status"]

        assert ids(listed(writer, kind="suggestion")) == three
        assert ids(listed(writer, kind="chat")) == []
        assert three[2] in ids(listed(writer, status=status))
        assert three[0] not in ids(listed(writer, status="cancelled"))
        assert ids(listed(writer, document_id="of-no-job")) == []

    def test_it_is_the_callers_own(self, other_writer, three):
        assert listed(other_writer) == {"jobs": [], "next_cursor": None}

    @pytest.mark.parametrize(
        "query", [{"limit": 0}, {"limit": 201}, {"cursor": "x"}, {"status": "done"}, {"kind": "x"}]
    )
    def test_it_refuses_what_makes_no_sense(self, writer, query):
        answer = writer.http.get(JOBS, params=query)

        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "VALIDATION_ERROR")
