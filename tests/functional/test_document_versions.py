import pytest

from shared.data.mongo import client as mongo
from shared.data.mongo.document_versions import VersionRepository
from shared.data.mongo.documents import DocumentRepository
from shared.domain.identity import session_owner
from tests.document_client import create, fault, path, put, read, save
from tests.stack_client import UNITS
from web.schemas.document_versions import DiffView, VersionList, VersionView


@pytest.fixture
def thrice(writer):
    """Return a document at its third revision."""
    made = create(writer, "One fine day.\n", why="Begun")
    second = save(writer, made, "One \U0001f600 day.\n", title="Second", why="Shorter")
    return save(writer, second, "One \U0001f600 day, and more.\n", tags=["x"])


class TestVersions:
    def test_they_tell_who_when_and_why_in_their_order(self, writer, thrice):
        listed = read(writer, thrice, "/versions")
        told = [(v["revision"], v["title"], v["why"], v["tags"]) for v in listed["versions"]]

        VersionList.model_validate(listed)
        assert told == [
            (1, "A title", "Begun", []),
            (2, "Second", "Shorter", []),
            (3, "Second", "", ["x"]),
        ]
        assert {(v["saved_by"], v["saved_by_me"]) for v in listed["versions"]} == {(None, True)}
        assert listed["versions"][-1]["saved_at"] == thrice["updated_at"]

    @pytest.mark.parametrize("limit", [1, 2, 3])
    def test_pages_skip_nothing(self, writer, thrice, limit):
        seen, cursor = [], "0"
        while cursor is not None:
            listed = read(writer, thrice, "/versions", limit=limit, cursor=cursor)
            seen += [version["revision"] for version in listed["versions"]]
            cursor = listed["next_cursor"]

        assert seen == [1, 2, 3]

    def test_each_says_what_it_said(self, writer, thrice):
        told = [read(writer, thrice, f"/versions/{number}") for number in (1, 2, 3)]

        assert [VersionView.model_validate(one).content for one in told] == [
            "One fine day.\n",
            "One \U0001f600 day.\n",
            thrice["content"],
        ]

    @pytest.mark.parametrize("tail", ["/0", "/4", "/999999999999999999999", "/x", "/-1"])
    def test_what_there_never_was_is_not_there(self, writer, thrice, tail):
        answer = writer.http.get(path(thrice, "/versions" + tail))

        assert fault(answer) == (404, "NOT_FOUND")


class TestDiff:
    @pytest.mark.parametrize("encoding", UNITS)
    def test_it_tells_the_changes_with_their_places(self, writer, thrice, encoding):
        query = {"from": 1, "to": 3, "offset_encoding": encoding}
        found = read(writer, thrice, "/diff", **query)
        old, new = (read(writer, thrice, f"/versions/{n}")["content"] for n in (1, 3))
        codec, width = UNITS[encoding]

        def part(text, start, end):
            return text.encode(codec)[start * width : end * width].decode(codec)

        DiffView.model_validate(found)
        for one in found["changes"]:
            assert part(old, one["start"], one["end"]) == one["removed"]
            assert part(new, one["new_start"], one["new_end"]) == one["inserted"]
        words = [(one["removed"], one["inserted"]) for one in found["changes"]]
        assert words == [("fine", "\U0001f600"), ("", ", and more")]

    def test_it_is_a_unified_diff_too(self, writer, thrice):
        assert read(writer, thrice, "/diff")["unified"] == (
            "--- a/document\n+++ b/document\n@@ -1,1 +1,1 @@\n"
            "-One \U0001f600 day.\n+One \U0001f600 day, and more.\n"
        )

    def test_it_goes_backwards(self, writer, thrice):
        found = read(writer, thrice, "/diff", **{"from": 2, "to": 1})

        assert [(one["removed"], one["inserted"]) for one in found["changes"]] == [
            ("\U0001f600", "fine")
        ]

    def test_of_one_and_the_same_it_is_empty(self, writer, thrice):
        found = read(writer, thrice, "/diff", **{"from": 2, "to": 2})

        assert (found["changes"], found["unified"]) == ([], "")

    @pytest.mark.parametrize(
        ("query", "status"), [({"from": 0}, 400), ({"to": "x"}, 400), ({"to": 4}, 404)]
    )
    def test_what_cannot_be_compared_is_refused(self, writer, thrice, query, status):
        assert writer.http.get(path(thrice, "/diff"), params=query).status_code == status


class TestRestore:
    def test_it_is_a_new_version(self, writer, thrice):
        answer = writer.http.post(path(thrice, "/versions/1/restore"))
        restored = answer.json()

        assert (answer.status_code, answer.headers["ETag"]) == (200, '"4"')
        assert (restored["content"], restored["title"]) == ("One fine day.\n", "A title")
        assert read(writer, thrice) == restored
        assert read(writer, thrice, "/versions/3")["content"] == thrice["content"]
        assert read(writer, thrice, "/versions/4")["why"] == "Version 1 restored"

    def test_it_says_why_if_that_is_told(self, writer, thrice):
        writer.http.post(path(thrice, "/versions/1/restore"), json={"why": "It was better"})

        assert read(writer, thrice, "/versions/4")["why"] == "It was better"

    def test_what_stands_already_makes_no_version(self, writer, thrice):
        answer = writer.http.post(path(thrice, "/versions/3/restore"))

        assert answer.json() == thrice

    def test_only_over_what_was_read_if_that_is_said(self, writer, thrice):
        restore, late = path(thrice, "/versions/1/restore"), {"If-Match": '"2"'}

        assert fault(writer.http.post(restore, headers=late)) == (412, "REVISION_CONFLICT")
        assert writer.http.post(restore, headers={"If-Match": '"3"'}).status_code == 200
        assert writer.http.post(path(thrice, "/versions/9/restore")).status_code == 404


@pytest.fixture
def half_saved(writer, stack):
    """Return a document whose save came no further than to keep what stood there.

    So a web process leaves it that is killed between its two writes.
    """
    made, database = create(writer, "One"), mongo.open_database(stack.settings)
    found = DocumentRepository(database).find(made["id"], who=session_owner(writer.session))
    VersionRepository(database).keep(found.version, owner=found.sharing.owner)
    database.client.close()
    return made


def test_one_who_died_half_way_through_a_save_has_done_no_harm(writer, half_saved):
    listed = read(writer, half_saved, "/versions")["versions"]
    before = read(writer, half_saved)
    after = put(writer, half_saved, "Two").json()

    assert (before, [one["revision"] for one in listed]) == (half_saved, [1])
    assert (after["revision"], after["content"]) == (2, "Two")
    assert read(writer, half_saved, "/versions/1")["content"] == "One"
