import pytest

from tests.chat_client import (
    CHAT,
    CONVERSATIONS,
    ask_held,
    chat,
    conversation,
    said,
    some_question,
)
from tests.model_server_scripts import say, talk
from web.schemas.chat import ConversationList, ConversationView


@pytest.fixture(autouse=True)
def talking(model):
    """Let the model number its answers."""
    numbers = iter(range(1, 1000))
    model.plan(lambda call: talk(call, f"Answer {next(numbers)}."))


@pytest.fixture
def three_turns(writer):
    """Return a conversation's id and its three questions."""
    questions = [some_question() for _ in range(3)]
    first, *others = questions
    conversation_id = chat(writer, first)["conversation_id"]
    for question in others:
        chat(writer, question, conversation_id=conversation_id)
    return conversation_id, questions


def again(writer, conversation_id, message_id, **headers):
    path = f"{CONVERSATIONS}/{conversation_id}/messages/{message_id}/regenerate"
    return writer.http.post(path, headers=headers)


class TestHistory:
    def test_the_model_is_told_what_was_said_before(self, model, three_turns):
        _, (first, second, third) = three_turns
        (call,) = model.calls_about(third)
        told = [(message["role"], message["content"]) for message in call.messages[1:]]

        assert told == [
            *(("user", first), ("assistant", "Answer 1.")),
            *(("user", second), ("assistant", "Answer 2.")),
            ("user", third),
        ]

    def test_what_does_not_fit_is_left_out_and_told(self, writer, model):
        model.plan(say("word " * 6000))
        conversation_id = chat(writer, some_question())["conversation_id"]
        for _ in range(4):
            job = chat(writer, some_question(), conversation_id=conversation_id)
        metadata = job["result"]["metadata"]
        sent = model.calls[-1].messages

        assert metadata["omitted_messages"] == 2
        assert len(sent) == 2 + 6  # system and question, and three whole turns
        assert 18_000 < metadata["context_tokens"] <= 24_000


class TestPages:
    def test_a_conversation_is_told_as_it_was_said(self, writer, three_turns):
        conversation_id, (first, second, third) = three_turns
        view = conversation(writer, conversation_id)

        ConversationView.model_validate(view)
        assert (view["id"], view["title"]) == (conversation_id, first)
        assert [message["content"] for message in view["messages"]] == [
            *(first, "Answer 1.", second, "Answer 2.", third, "Answer 3.")
        ]
        assert view["next_cursor"] is None

    def test_its_pages_lead_back_to_its_beginning(self, writer, three_turns):
        conversation_id, (first, *_, third) = three_turns
        page = conversation(writer, conversation_id, limit=4)
        rest = conversation(writer, conversation_id, limit=4, cursor=page["next_cursor"])

        assert [message["content"] for message in page["messages"]][2:] == [third, "Answer 3."]
        assert [message["content"] for message in rest["messages"]] == [first, "Answer 1."]
        assert rest["next_cursor"] is None

    def test_conversations_come_newest_first(self, writer):
        ids = [chat(writer, some_question())["conversation_id"] for _ in range(3)]
        page = writer.http.get(CONVERSATIONS, params={"limit": 2}).json()
        query = {"limit": 2, "cursor": page["next_cursor"]}
        rest = writer.http.get(CONVERSATIONS, params=query).json()

        ConversationList.model_validate(page)
        found = [one["id"] for one in page["conversations"] + rest["conversations"]]
        assert found == ids[::-1]
        assert rest["next_cursor"] is None

    @pytest.mark.parametrize("query", [{"limit": 0}, {"limit": 201}, {"cursor": "$"}, {"x": 1}])
    def test_a_page_that_is_none_is_refused(self, writer, query):
        assert writer.http.get(CONVERSATIONS, params=query).status_code == 400


class TestRegenerate:
    @pytest.mark.parametrize("which", [0, 1])
    def test_the_new_answer_takes_the_place_of_the_old_one(self, writer, three_turns, which):
        conversation_id, (*_, third) = three_turns
        messages = conversation(writer, conversation_id)["messages"][-2:]
        answer = again(writer, conversation_id, messages[which]["id"])
        job = writer.ended(answer.json()["id"])

        assert answer.status_code == 202
        assert job["result"]["message"]["content"] == "Answer 4."
        assert said(writer, conversation_id)[4:] == [
            ("user", third, False),
            ("assistant", "Answer 4.", False),
        ]

    def test_the_model_is_asked_the_same(self, writer, model, three_turns):
        conversation_id, (*_, third) = three_turns
        message = conversation(writer, conversation_id)["messages"][-1]
        writer.ended(again(writer, conversation_id, message["id"]).json()["id"])
        first, second = model.calls_about(third)

        assert first.messages == second.messages

    def test_only_the_last_turn_is_answered_again(self, writer, three_turns):
        conversation_id, _ = three_turns
        message = conversation(writer, conversation_id)["messages"][1]
        answer = again(writer, conversation_id, message["id"])

        assert (answer.status_code, answer.json()["error"]["code"]) == (409, "CONFLICT")
        assert len(said(writer, conversation_id)) == 6

    def test_stopped_it_leaves_the_old_answer(self, writer, model):
        job = chat(writer, some_question())
        before = said(writer, job["conversation_id"])
        message_id = job["result"]["message"]["id"]
        ask_held(writer, model, "Something else altogether.")
        job_id = again(writer, job["conversation_id"], message_id).json()["id"]
        with writer.follow(job_id) as events:
            next(event for event in events if event.name == "output.delta")
        writer.cancel(job_id)
        writer.ended(job_id)

        assert said(writer, job["conversation_id"]) == before


class TestDelete:
    def test_all_of_it_is_gone(self, writer, three_turns):
        conversation_id, _ = three_turns
        message = conversation(writer, conversation_id)["messages"][-1]
        path = f"{CONVERSATIONS}/{conversation_id}"

        assert writer.http.delete(path).status_code == 204
        assert writer.http.get(path).status_code == writer.http.delete(path).status_code == 404
        assert again(writer, conversation_id, message["id"]).status_code == 404
        body = {"message": "And now?", "conversation_id": conversation_id}
        assert writer.http.post(CHAT, json=body).status_code == 404

    def test_a_job_that_still_runs_does_not_bring_it_back(self, writer, model):
        job_id = ask_held(writer, model, "Late words of an answer.")
        conversation_id = writer.job(job_id)["conversation_id"]
        writer.http.delete(f"{CONVERSATIONS}/{conversation_id}")
        writer.cancel(job_id)
        writer.ended(job_id)

        assert writer.http.get(f"{CONVERSATIONS}/{conversation_id}").status_code == 404


class TestSomebodyElses:
    def test_it_looks_like_none_at_all(self, writer, other_writer):
        job = chat(writer, some_question())
        theirs, mine = job["conversation_id"], f"conv_{0:032}"
        message = job["result"]["message"]["id"]
        other_writer.http.get("/api/v1/limits")
        for known in (theirs, mine, "x"):
            path = f"{CONVERSATIONS}/{known}"
            body = {"message": "Let me in.", "conversation_id": known}
            assert other_writer.http.post(CHAT, json=body).status_code == 404
            assert other_writer.http.get(path).status_code == 404
            assert other_writer.http.delete(path).status_code == 404
            assert again(other_writer, known, message).status_code == 404

        assert other_writer.http.get(CONVERSATIONS).json()["conversations"] == []
        assert len(said(writer, theirs)) == 2

    def test_a_message_that_is_not_there_is_unknown(self, writer):
        job = chat(writer, some_question())

        assert again(writer, job["conversation_id"], "msg_x").status_code == 404
