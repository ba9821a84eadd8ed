import pytest

from tests.account_client import some_email
from tests.document_client import create, fault, page, path, put, read, save, titles
from tests.stack_client import TEMPLATE
from web.schemas.sharing import SharingView


def share(owner, document, *people, **more):
    shared_with = [{"email": email, "access": access} for email, access in people]
    body = {"shared_with": shared_with} | more
    return owner.http.put(path(document, "/sharing"), json=body)


def tries(writer, document):
    """Return the status of each thing that somebody may try, by the verb that it takes."""
    http, revision = writer.http, {"If-Match": '"999"'}
    about = {"document": {"id": document["id"]}, "prompt": TEMPLATE}
    return {
        "read": http.get(path(document)).status_code,
        "suggest": http.post("/api/v1/suggestions", json=about).status_code,
        "write": put(writer, document, "x", match='"999"').status_code,
        "history": http.get(path(document, "/versions")).status_code,
        "old": http.get(path(document, "/versions/1")).status_code,
        "diff": http.get(path(document, "/diff")).status_code,
        "restore": http.post(path(document, "/versions/1/restore"), headers=revision).status_code,
        "draft": http.put(path(document, "/draft"), json={"content": "x"}).status_code,
        "archive": http.post(path(document, "/unarchive")).status_code,
        "sharing": http.get(path(document, "/sharing")).status_code,
        "share": http.put(path(document, "/sharing"), json={}).status_code,
        "delete": http.delete(path(document), headers=revision).status_code,
    }


NONE = dict.fromkeys(
    (
        *("read", "suggest", "write", "history", "old", "diff", "restore", "draft"),
        *("archive", "sharing", "share", "delete"),
    ),
    404,
)
READ = dict.fromkeys(NONE, 403) | {"read": 200}
SUGGEST = READ | {"suggest": 202}
WRITE = SUGGEST | {
    "write": 412,
    "restore": 412,
    "draft": 201,
    "history": 200,
    "old": 200,
    "diff": 200,
}
OWN = WRITE | {"archive": 200, "sharing": 200, "share": 200, "delete": 412}


@pytest.fixture
def owner(new_person):
    return new_person().register()


@pytest.fixture
def friend(new_person):
    return new_person().register()


@pytest.fixture
def made(owner):
    return save(owner, create(owner, "A big plan."), "A big plan for us.")


@pytest.mark.usefixtures("model")
class TestAccess:
    @pytest.mark.parametrize(
        ("access", "may"), [("read", READ), ("suggest", SUGGEST), ("write", WRITE)]
    )
    def test_each_may_what_was_granted_and_no_more(self, owner, friend, made, access, may):
        share(owner, made, (friend.email, access))

        assert tries(friend, made) == may
        assert read(friend, made)["access"] == access

    def test_the_owner_may_all_and_a_stranger_nothing(self, owner, friend, made):
        assert tries(friend, made) == NONE
        assert tries(owner, made) == OWN

    def test_the_public_reads(self, owner, friend, writer, made):
        share(owner, made, public=True)

        assert tries(friend, made) == READ
        assert writer.http.get(path(made)).json()["access"] == "read"
        assert titles(friend) == titles(friend, shared="true") == []

    def test_what_is_taken_back_is_gone_at_once(self, owner, friend, made):
        share(owner, made, (friend.email, "write"))
        save(friend, made, "Theirs.")
        share(owner, made)

        assert tries(friend, made) == NONE


class TestSharing:
    def test_it_is_told_to_the_owner(self, owner, friend, made):
        answer = share(owner, made, (friend.email.upper(), "write"), public=True)

        SharingView.model_validate(answer.json())
        assert answer.json() == read(owner, made, "/sharing")
        assert answer.json()["public"] is True
        assert [one["access"] for one in answer.json()["shared_with"]] == ["write"]

    def test_what_is_left_out_stays(self, owner, friend, made):
        share(owner, made, (friend.email, "read"))
        owner.http.put(path(made, "/sharing"), json={"public": True})
        told = read(owner, made, "/sharing")

        assert told["public"] is True
        assert [one["access"] for one in told["shared_with"]] == ["read"]

    def test_each_unknown_address_is_named(self, owner, friend, made):
        answer = share(owner, made, (friend.email, "read"), (some_email(), "read"))

        assert fault(answer) == (400, "VALIDATION_ERROR")
        (told,) = answer.json()["error"]["details"]
        assert told["field"] == "shared_with.1.email"
        assert titles(friend, shared="true") == []

    @pytest.mark.parametrize("access", ["own", "", None, {"$gt": ""}])
    def test_nobody_is_made_an_owner(self, owner, friend, made, access):
        assert fault(share(owner, made, (friend.email, access)))[0] == 400

    def test_one_s_own_address_grants_nothing(self, owner, made):
        assert share(owner, made, (owner.email, "read")).json()["shared_with"] == []
        assert read(owner, made)["access"] == "own"


class TestTogether:
    def test_what_others_share_is_a_list_of_its_own(self, owner, friend, made):
        share(owner, made, (friend.email, "suggest"))
        (shown,) = page(friend, shared="true")["documents"]

        assert (shown["id"], shown["access"]) == (made["id"], "suggest")
        assert titles(friend) == titles(owner, shared="true") == []

    def test_versions_tell_who_wrote_them(self, owner, friend, made):
        share(owner, made, (friend.email, "write"))
        save(friend, made, "Theirs.", why="I know better")
        last = read(owner, made, "/versions")["versions"][-1]

        assert (last["saved_by"], last["saved_by_me"]) == (friend.user["id"], False)
        assert read(friend, made, "/versions")["versions"][-1]["saved_by_me"]

    def test_a_copy_is_the_late_writers_own(self, owner, friend, made):
        share(owner, made, (friend.email, "write"))
        save(owner, made, "First.")
        copy = put(friend, made, "Second.", query={"on_conflict": "copy"}).json()

        assert copy["access"] == "own"
        assert owner.http.get(path(copy)).status_code == 404

    def test_who_leaves_takes_their_documents_along(self, owner, friend, made):
        share(owner, made, (friend.email, "read"))
        owner.leave()

        assert friend.http.get(path(made)).status_code == 404
