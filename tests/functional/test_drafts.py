import pytest

from tests.document_client import create, fault, path, put, read, save
from web.schemas.document_versions import DraftView


def type_in(writer, document, content, *, match=None, **more):
    headers = {"If-Match": match} if match else {}
    body = {"content": content} | more
    return writer.http.put(path(document, "/draft"), json=body, headers=headers)


@pytest.fixture
def made(writer):
    return create(writer)


class TestSave:
    def test_it_is_recovered_as_it_was_typed(self, writer, made):
        answer = type_in(writer, made, "Typed", base_revision=1, title="New title")
        draft = answer.json()

        DraftView.model_validate(draft)
        assert (answer.status_code, answer.headers["ETag"]) == (201, f'"{draft["revision"]}"')
        assert (draft["content"], draft["title"], draft["base_revision"]) == (
            "Typed",
            "New title",
            1,
        )
        assert read(writer, made, "/draft") == draft
        assert read(writer, made) == made

    def test_one_login_saves_it_over_and_over(self, writer, made):
        answers = [type_in(writer, made, f"Typed {n}") for n in range(3)]
        draft, first = read(writer, made, "/draft"), answers[0].json()

        assert [answer.status_code for answer in answers] == [201, 200, 200]
        assert (draft["content"], draft["revision"]) == ("Typed 2", first["revision"] + 2)

    def test_whoever_saves_over_something_else_is_told(self, writer, made):
        read_by_both = type_in(writer, made, "By one tab").headers["ETag"]
        stands = type_in(writer, made, "By one tab, more", match=read_by_both).headers["ETag"]
        late = type_in(writer, made, "By the other tab", match=read_by_both)

        assert (*fault(late), late.headers["ETag"]) == (412, "REVISION_CONFLICT", stands)
        assert read(writer, made, "/draft")["content"] == "By one tab, more"

    def test_a_draft_that_is_gone_is_not_mistaken_for_the_next_one(self, writer, made):
        gone = type_in(writer, made, "By one tab").headers["ETag"]
        writer.http.delete(path(made, "/draft"))
        type_in(writer, made, "By the other tab")

        assert fault(type_in(writer, made, "Late", match=gone))[0] == 412
        assert read(writer, made, "/draft")["content"] == "By the other tab"

    def test_the_same_words_again_do_no_harm(self, writer, made):
        first = type_in(writer, made, "Typed")
        for match in (None, first.headers["ETag"], '"7"'):
            assert type_in(writer, made, "Typed", match=match).json() == first.json()

    def test_it_cannot_be_based_on_what_is_yet_to_come(self, writer, made):
        assert fault(type_in(writer, made, "Typed", base_revision=2)) == (400, "VALIDATION_ERROR")


class TestDevices:
    def test_no_device_loses_the_words_of_another(self, person, new_person):
        phone, mine = new_person(person.email), create(person)
        phone.log_in()
        type_in(person, mine, "By the desk")
        blind = type_in(phone, mine, "By the phone")
        seen = phone.http.get(path(mine, "/draft"))
        told = type_in(phone, mine, "By both", match=seen.headers["ETag"])

        assert fault(blind) == (428, "PRECONDITION_REQUIRED")
        assert (seen.json()["content"], told.status_code) == ("By the desk", 200)
        assert fault(type_in(person, mine, "By the desk, more"))[0] == 428
        assert read(person, mine, "/draft")["content"] == "By both"


class TestConflict:
    def test_it_tells_that_the_document_has_moved_on(self, writer, made):
        type_in(writer, made, "Typed", base_revision=1)
        before = read(writer, made, "/draft")
        save(writer, made, "Saved elsewhere")
        after = read(writer, made, "/draft")

        assert (before["conflict"], before["document_revision"]) == (False, 1)
        assert (after["conflict"], after["document_revision"]) == (True, 2)
        assert after["content"] == "Typed"

    def test_it_is_left_out_of_the_way_by_a_copy(self, writer, made):
        type_in(writer, made, "Typed", base_revision=1)
        save(writer, made, "Saved elsewhere")
        copy = put(writer, made, "Typed", query={"on_conflict": "copy"})

        assert copy.status_code == 201
        assert read(writer, made, "/draft")["content"] == "Typed"


class TestEnd:
    def test_a_draft_whose_words_were_saved_is_gone(self, writer, made):
        type_in(writer, made, "Typed")
        save(writer, made, "Typed")

        assert fault(writer.http.get(path(made, "/draft"))) == (404, "NOT_FOUND")

    def test_one_that_says_more_than_was_saved_stays(self, writer, made):
        type_in(writer, made, "Typed, and more")
        save(writer, made, "Typed")

        assert read(writer, made, "/draft")["content"] == "Typed, and more"

    def test_it_is_thrown_away(self, writer, made):
        type_in(writer, made, "Typed")
        late = writer.http.delete(path(made, "/draft"), headers={"If-Match": '"2"'})
        gone = [writer.http.delete(path(made, "/draft")).status_code for _ in range(2)]

        assert (fault(late)[0], gone) == (412, [204, 204])
        assert writer.http.get(path(made, "/draft")).status_code == 404

    def test_nobody_elses_is_seen(self, writer, other_writer, made):
        type_in(writer, made, "Typed")

        assert other_writer.http.get(path(made, "/draft")).status_code == 404
        assert type_in(other_writer, made, "Mine").status_code == 404
        assert other_writer.http.delete(path(made, "/draft")).status_code == 404
