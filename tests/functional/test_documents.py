from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.document_client import DOCUMENTS, create, fault, path, put, read, save, titles
from web.schemas.documents import DocumentView


class TestCreate:
    def test_a_document_is_kept_as_it_was_sent(self, writer):
        text = "  Caf\u00e9 \U0001f600\r\n<b>not</b> touched \n"
        sent = {"title": " Plan ", "content": text, "format": "html", "tags": ["b", "a", "b"]}
        answer = writer.http.post(DOCUMENTS, json=sent)
        made = answer.json()

        DocumentView.model_validate(made)
        assert answer.status_code == 201
        assert (answer.headers["ETag"], answer.headers["Location"]) == ('"1"', path(made))
        assert {name: made[name] for name in sent} == sent | {"tags": ["b", "a"]}
        assert (made["revision"], made["archived"], made["access"]) == (1, False, "own")
        assert read(writer, made) == made

    def test_a_visitor_gets_a_session_with_it(self, other_writer):
        answer = other_writer.http.post(DOCUMENTS, json={})

        assert answer.headers["X-Session-Id"] == other_writer.session
        assert (answer.json()["title"], answer.json()["content"]) == ("Untitled", "")

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            *(("title", value) for value in ("", " ", "x" * 301, "a\x00b", None, 7)),
            *(("content", value) for value in ("a\x00b", None, {"$gt": ""})),
            *(("tags", value) for value in ([""], ["x" * 61], ["a"] * 51, ["\x00"], [{"$gt": ""}])),
            *(("format", "docx"), ("why", "x" * 301), ("owner", "s1"), ("revision", 7)),
        ],
    )
    def test_what_is_no_document_is_refused(self, writer, field, value):
        answer = writer.http.post(DOCUMENTS, json={"title": "A", "content": "B", field: value})

        assert fault(answer) == (400, "VALIDATION_ERROR")
        assert answer.json()["error"]["details"][0]["field"].split(".")[0] == field

    def test_a_body_beyond_measure_is_refused(self, writer):
        answer = writer.http.post(DOCUMENTS, json={"content": "x" * (2 * 1024 * 1024)})

        assert fault(answer) == (413, "PAYLOAD_TOO_LARGE")


class TestRead:
    def test_whoever_has_it_is_spared(self, writer):
        made = create(writer)
        again = writer.http.get(path(made), headers={"If-None-Match": '"1"'})
        save(writer, made, "New")
        changed = writer.http.get(path(made), headers={"If-None-Match": '"1"'})

        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", '"1"')
        assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')

    def test_what_changed_beside_the_words_is_not_missed(self, writer):
        made = create(writer)
        writer.http.post(path(made, "/archive"))
        answer = writer.http.get(path(made), headers={"If-None-Match": '"1"'})

        assert (answer.status_code, answer.json()["archived"]) == (200, True)


class TestSave:
    def test_each_save_is_a_revision(self, writer):
        made = create(writer, tags=["a"])
        answer = put(writer, made, "New words.", title="New title")

        assert (answer.status_code, answer.headers["ETag"]) == (200, '"2"')
        changed = {"content": "New words.", "title": "New title", "revision": 2}
        assert answer.json() == made | changed | {"updated_at": answer.json()["updated_at"]}
        assert read(writer, made) == answer.json()

    def test_what_changes_nothing_is_none(self, writer):
        made = create(writer)

        assert save(writer, made, made["content"], why="None") == made
        assert len(read(writer, made, "/versions")["versions"]) == 1

    def test_whoever_missed_the_answer_may_ask_again(self, writer):
        made = create(writer)
        saved = put(writer, made, "New words.").json()
        again = put(writer, made, "New words.", query={"on_conflict": "copy"})

        assert (again.status_code, again.json()) == (200, saved)
        assert read(writer, made) == saved

    def test_whoever_comes_too_late_is_told_what_stands(self, writer):
        made = create(writer)
        save(writer, made, "First")
        answer = put(writer, made, "Second")

        assert fault(answer) == (412, "REVISION_CONFLICT")
        assert answer.headers["ETag"] == '"2"'
        assert answer.json()["error"]["details"] == [
            {"field": "If-Match", "error": "The current revision is 2"}
        ]
        assert read(writer, made)["content"] == "First"

    def test_without_a_revision_nothing_is_saved(self, writer):
        made = create(writer)
        answer = writer.http.put(path(made), json={"content": "Blind"})

        assert fault(answer) == (428, "PRECONDITION_REQUIRED")
        assert read(writer, made) == made

    @pytest.mark.parametrize(
        ("match", "status"), [("*", 200), ('"7", "1"', 200), ('W/"1"', 412), ('"x"', 412)]
    )
    def test_it_is_compared_as_http_says(self, writer, match, status):
        assert put(writer, create(writer), "New", match=match).status_code == status

    def test_of_many_at_once_one_wins(self, writer):
        made = create(writer)
        with ThreadPoolExecutor(20) as pool:
            answers = list(pool.map(lambda n: put(writer, made, f"By {n}"), range(20)))
        (winner,) = [answer.json() for answer in answers if answer.status_code == 200]

        assert sorted(answer.status_code for answer in answers) == [200] + [412] * 19
        assert read(writer, made) == winner
        assert versions(writer, made) == [(1, "Some words."), (2, winner["content"])]

    def test_all_who_save_in_any_case_do(self, writer):
        made = create(writer)
        with ThreadPoolExecutor(10) as pool:
            texts = [f"By {n}" for n in range(10)]
            answers = list(pool.map(lambda text: put(writer, made, text, match="*"), texts))
        kept = versions(writer, made)

        assert {answer.status_code for answer in answers} == {200}
        assert [number for number, _ in kept] == list(range(1, 12))
        assert sorted(text for _, text in kept[1:]) == texts


class TestConflictCopy:
    def test_the_late_words_become_a_document_of_their_own(self, writer):
        made = create(writer, tags=["a"])
        save(writer, made, "First")
        answer = put(writer, made, "Second", query={"on_conflict": "copy"})
        copy = answer.json()

        assert (answer.status_code, answer.headers["Location"]) == (201, path(copy))
        assert copy["id"] != made["id"]
        assert copy["title"].startswith("A title (conflict copy 20")
        assert (copy["content"], copy["tags"], copy["revision"]) == ("Second", ["a"], 1)
        assert read(writer, made)["content"] == "First"

    def test_without_a_conflict_there_is_none(self, writer):
        made = create(writer)
        answer = put(writer, made, "First", query={"on_conflict": "copy"})

        assert (answer.status_code, answer.json()["id"]) == (200, made["id"])


class TestDelete:
    def test_all_of_it_is_gone(self, writer):
        made = create(writer)
        save(writer, made, "New")
        writer.http.put(path(made, "/draft"), json={"content": "Typed"})

        assert writer.http.delete(path(made)).status_code == 204
        for tail in ("", "/versions", "/versions/1", "/diff", "/draft", "/sharing"):
            assert fault(writer.http.get(path(made, tail))) == (404, "NOT_FOUND")
        assert fault(put(writer, made, "Back", match="*")) == (404, "NOT_FOUND")
        assert writer.http.delete(path(made)).status_code == 404
        assert titles(writer, archived="all") == []

    def test_only_as_it_was_read_if_that_is_said(self, writer):
        made = create(writer)
        save(writer, made, "New")
        late = writer.http.delete(path(made), headers={"If-Match": '"1"'})

        assert fault(late) == (412, "REVISION_CONFLICT")
        assert writer.http.delete(path(made), headers={"If-Match": '"2"'}).status_code == 204


def versions(writer, document):
    """Return what each version says."""
    listed = read(writer, document, "/versions", limit=200)["versions"]
    told = (read(writer, document, f"/versions/{one['revision']}") for one in listed)
    return [(one["revision"], one["content"]) for one in told]
