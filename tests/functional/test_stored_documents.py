"""Jobs about a stored document."""

import pytest

from tests.chat_client import CHAT, chat, some_question
from tests.document_client import create, fault, path, save
from tests.model_server_scripts import edit, talk
from tests.stack_client import SUGGESTIONS, TEMPLATE, slices, some_text


def about(document, **more):
    return {"document": {"id": document["id"]} | more, "prompt": TEMPLATE}


@pytest.fixture
def made(writer):
    return create(writer, some_text("\U0001f600 The big plan"), format="markdown")


class TestSuggestions:
    def test_they_stand_in_the_stored_text(self, writer, model, made):
        job = writer.finish(about(made, revision=1))
        (found,) = job["result"]["suggestions"]
        (call,) = model.calls_about(made["content"])

        assert (job["document_id"], job["revision"]) == (made["id"], 1)
        assert slices(made["content"], found) == found["original"] == "big"
        assert call.text == made["content"]

    def test_a_selection_counts_in_the_stored_text(self, writer, made):
        start = made["content"].index("big") + 1  # the smile counts two
        job = writer.finish(about(made, selection={"start": start, "end": start + 3}))
        (found,) = job["result"]["suggestions"]

        assert (found["start"], found["end"], found["original"]) == (start, start + 3, "big")

    def test_the_text_is_read_once(self, writer, model, made):
        job_id, hold = writer.begin_held(model, some_text())
        mine = writer.begin(about(made))
        save(writer, made, "Something else.")
        writer.http.delete(path(made))
        hold.set()

        assert writer.ended(job_id)
        assert slices(made["content"], writer.ended(mine)["result"]["suggestions"][0]) == "big"

    def test_an_earlier_revision_is_worked_on_if_it_is_named(self, writer, made):
        save(writer, made, some_text("Something else"))
        job = writer.finish(about(made, revision=1))

        assert (job["revision"], len(job["result"]["suggestions"])) == (1, 1)

    def test_a_retry_tells_of_the_document_too(self, writer, model, made):
        writer.begin_held(model, some_text())
        mine = writer.begin(about(made))
        writer.cancel(mine)
        writer.ended(mine)
        again = writer.http.post(f"/api/v1/jobs/{mine}/retry").json()

        assert (again["document_id"], again["revision"]) == (made["id"], 1)

    @pytest.mark.parametrize(
        ("document", "field"),
        [
            ({}, "document.content"),
            ({"content": "A"}, "document.content"),
            ({"format": "text"}, "document.format"),
            ({"revision": 0}, "document.revision"),
            ({"selection": {"start": 0, "end": 999}}, "document.selection"),
            ({"selection": {"start": 1, "end": 2}}, "document.selection"),
        ],
    )
    def test_what_is_no_request_is_refused(self, writer, made, document, field):
        body = about(made) if document else {"document": {}, "prompt": TEMPLATE}
        body["document"] |= document
        answer = writer.http.post(SUGGESTIONS, json=body)

        assert fault(answer) == (400, "VALIDATION_ERROR")
        assert [one["field"] for one in answer.json()["error"]["details"]] == [field]

    @pytest.mark.parametrize(("content", "says"), [(" ", "empty"), ("a " * 25_001, "words")])
    def test_a_text_that_is_none_or_too_long_is_refused(self, writer, content, says):
        answer = writer.http.post(SUGGESTIONS, json=about(create(writer, content)))
        (told,) = answer.json()["error"]["details"]

        assert (answer.status_code, told["field"]) == (400, "document.id")
        assert says in told["error"]

    def test_what_is_not_there_is_not_found(self, writer, other_writer, made):
        for who, body in (
            (writer, about(made, revision=2)),
            (writer, about({"id": "doc_0"})),
            (other_writer, about(made)),
        ):
            assert fault(who.http.post(SUGGESTIONS, json=body)) == (404, "NOT_FOUND")

    def test_a_session_that_is_over_learns_nothing(self, writer, made):
        dead = {"X-Session-Id": "x" * 43, "Cookie": ""}
        answer = writer.http.post(SUGGESTIONS, json=about(made), headers=dead)

        assert fault(answer) == (401, "UNAUTHENTICATED")


class TestChat:
    def test_it_is_about_the_stored_text(self, writer, model, made):
        model.plan(lambda call: talk(call, "Stronger.", edit("big", "vast")))
        job = chat(writer, some_question(), document={"id": made["id"]})

        assert (job["document_id"], job["revision"]) == (made["id"], 1)
        assert [slices(made["content"], one) for one in job["result"]["suggestions"]] == ["big"]

    def test_another_answer_is_about_the_same_revision(self, writer, model, made):
        model.plan(lambda call: talk(call, "Stronger."))
        first = chat(writer, some_question(), document={"id": made["id"]})
        save(writer, made, "Something else.")
        message = first["result"]["message"]["id"]
        where = f"/api/v1/conversations/{first['conversation_id']}/messages/{message}/regenerate"
        again = writer.ended(writer.http.post(where).json()["id"])

        assert (again["document_id"], again["revision"]) == (made["id"], 1)

    def test_what_is_not_there_is_not_found(self, writer, other_writer, made):
        body = {"message": "Hello?", "document": {"id": made["id"]}}

        assert fault(other_writer.http.post(CHAT, json=body)) == (404, "NOT_FOUND")
