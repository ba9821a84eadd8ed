import threading
import time

import pytest

from tests.chat_client import CHAT, ask, ask_held, chat, said, some_question, text_of
from tests.functional.conftest import OTHER_MODEL
from tests.model_server_scripts import answer as say_status
from tests.model_server_scripts import hang, refuse, say, talk
from tests.stack import until
from web.schemas.chat import ChatResult
from web.schemas.jobs import JobView

PROSE = "It is good, and could be better."


@pytest.fixture(autouse=True)
def talking(model):
    model.plan(lambda call: talk(call, PROSE))


class TestSubmit:
    def test_it_ends_with_the_answer(self, writer, stack):
        job = chat(writer, some_question())
        result = job["result"]

        JobView.model_validate(job)
        assert (job["kind"], job["status"], job["outcome"]) == ("chat", "succeeded", "complete")
        assert result["message"]["content"] == PROSE
        assert (result["message"]["role"], result["message"]["stopped"]) == ("assistant", False)
        assert result["suggestions"] == []
        assert job["conversation_id"] == result["conversation_id"]
        assert result["metadata"]["model"] == job["model"] == stack.settings.openai_model

    def test_the_result_is_given_bare(self, writer):
        job = chat(writer, some_question())
        result = writer.http.get(job["urls"]["result"]).json()

        assert result == job["result"]
        ChatResult.model_validate(result)

    def test_it_tells_what_it_took(self, writer):
        job = chat(writer, some_question())
        usage, metadata = job["usage"], job["result"]["metadata"]

        assert metadata["tokenCount"] == usage["input_tokens"] + usage["output_tokens"] > 0
        assert usage["cost_usd"] > 0
        assert metadata["context_tokens"] > 0
        assert (metadata["omitted_messages"], metadata["document"]) == (0, None)

    def test_the_seeds_form_answers_with_the_bare_result(self, writer):
        answer = writer.http.post("/api/chat", json={"message": some_question()})

        assert answer.status_code == 200
        assert answer.json()["message"]["content"] == PROSE

    def test_a_key_makes_one_job_and_one_question(self, writer):
        body, key = {"message": some_question()}, {"Idempotency-Key": "chat-1"}
        first, again = (
            writer.http.post("/api/v1/chat", json=body, headers=key | {"Prefer": "wait=60"})
            for _ in range(2)
        )

        conversation_id = writer.ended(first.json()["id"])["conversation_id"]

        assert again.headers["Idempotent-Replayed"] == "true"
        assert again.json()["id"] == first.json()["id"]
        assert len(said(writer, conversation_id)) == 2

    def test_the_same_words_twice_are_two_questions(self, writer, model):
        message = some_question()
        jobs = [chat(writer, message) for _ in range(2)]

        assert jobs[0]["result"]["conversation_id"] != jobs[1]["result"]["conversation_id"]
        assert [job["cache"]["hit"] for job in jobs] == [False, False]
        assert len(model.calls_about(message)) == 2


class TestStream:
    def test_text_comes_before_the_model_has_finished(self, writer, model):
        hold = threading.Event()
        model.plan(lambda call: talk(call, PROSE, hold=hold))
        message = some_question()
        with writer.follow(ask(writer, message)) as events:
            told = ""
            while told != PROSE[:30]:  # all but the last piece, which the model withholds
                event = next(events)
                told += event.data["text"] if event.name == "output.delta" else ""
            was_answered = model.calls_about(message)[0].answered_at
            hold.set()
            rest = list(events)

        assert was_answered is None
        assert told + text_of(rest) == PROSE
        assert rest[-1].name == "job.succeeded"

    def test_deltas_are_gathered(self, writer, model):
        prose = "word " * 2000
        model.plan(say(*(["word "] * 2000)))
        began = time.monotonic()
        events = writer.events(ask(writer, some_question()))
        took_s = time.monotonic() - began
        deltas = [event for event in events if event.name == "output.delta"]

        assert text_of(events) == prose
        assert {event.data["epoch"] for event in deltas} == {1}
        # One for 400 characters or 40 ms, whichever is over first.
        assert len(deltas) <= 1 + len(prose) / 400 + took_s / 0.04

    def test_a_snapshot_holds_the_text_so_far(self, writer, model):
        job_id = ask_held(writer, model, PROSE)
        with writer.follow(job_id, snapshot=1) as events:
            snapshot = next(events)
        writer.cancel(job_id)

        assert snapshot.name == "job.snapshot"
        assert snapshot.data["text"] == PROSE[:30]


class TestStop:
    def test_it_keeps_what_there_is_and_marks_it(self, writer, model):
        job_id = ask_held(writer, model, PROSE)
        writer.cancel(job_id)
        job, events = writer.ended(job_id), writer.events(job_id)

        assert (job["status"], job["result"]) == ("cancelled", None)
        (_, _, _), kept = said(writer, job["conversation_id"])
        assert kept == ("assistant", text_of(events), True)
        assert text_of(events) == PROSE[:30]

    def test_before_the_first_word_nothing_is_kept(self, writer, model):
        model.plan(hang())
        message = some_question()
        job_id = ask(writer, message)
        until(lambda: model.calls_about(message), lambda: "the model was never called")
        writer.cancel(job_id)
        job = writer.ended(job_id)

        assert [role for role, _, _ in said(writer, job["conversation_id"])] == ["user"]

    def test_tried_again_it_is_answered_in_the_same_place(self, writer, model):
        job_id = ask_held(writer, model, PROSE)
        writer.cancel(job_id)
        stopped = writer.ended(job_id)
        model.plan(lambda call: talk(call, "Whole."))
        again = writer.http.post(f"/api/v1/jobs/{job_id}/retry").json()
        writer.ended(again["id"])

        assert again["retry_of"] == job_id
        question, answer = said(writer, stopped["conversation_id"])
        assert (question[0], answer) == ("user", ("assistant", "Whole.", False))


class TestFailure:
    def test_it_leaves_the_question_and_no_answer(self, writer, model):
        model.plan(say_status(401))
        job = chat(writer, some_question())

        assert (job["status"], job["error"]["code"]) == ("failed", "PROVIDER_ERROR")
        assert [role for role, _, _ in said(writer, job["conversation_id"])] == ["user"]

    def test_a_refusal_is_one(self, writer, model):
        model.plan(refuse())
        job = chat(writer, some_question())

        assert job["error"]["code"] == "CONTENT_REFUSED"

    def test_an_answer_that_is_cut_is_partial(self, writer, model):
        model.plan(lambda call: talk(call, PROSE, finish="length"))
        job = chat(writer, some_question())

        assert (job["status"], job["outcome"]) == ("succeeded", "partial")
        assert job["result"]["message"]["content"] == PROSE

    def test_a_call_that_breaks_off_begins_anew(self, writer, model):
        plans = iter([{"cut": True}, {}])
        model.plan(lambda call: talk(call, PROSE, **next(plans)))
        job_id = ask(writer, some_question())
        job, events = writer.ended(job_id), writer.events(job_id)
        epochs = [event.data["epoch"] for event in events if event.name == "output.delta"]

        assert "output.reset" in [event.name for event in events]
        assert (epochs[0], epochs[-1]) == (1, 2)
        assert text_of(events) == PROSE == job["result"]["message"]["content"]
        assert len(said(writer, job["conversation_id"])) == 2


class TestModel:
    def test_one_of_those_that_are_had_may_be_named(self, writer, model, stack):
        message = some_question()
        job = chat(writer, message, model=OTHER_MODEL)
        (call,) = model.calls_about(message)
        started = next(e for e in writer.events(job["id"]) if e.name == "job.started")

        assert call.body["model"] == OTHER_MODEL != stack.settings.openai_model
        assert job["model"] == started.data["model"] == OTHER_MODEL
        assert job["result"]["metadata"]["model"] == OTHER_MODEL


FAULTS = {
    "no message": ({}, "message"),
    "an empty one": ({"message": ""}, "message"),
    "a blank one": ({"message": " \n"}, "message"),
    "NUL": ({"message": "a\x00b"}, "message"),
    "32,001 characters": ({"message": "x" * 32_001}, "message"),
    "no text": ({"message": "Hi", "document": {"content": " "}}, "document.content"),
    "25,001 words": (
        {"message": "Hi", "document": {"content": "word " * 25_001}},
        "document.content",
    ),
    "a selection out of range": (
        {"message": "Hi", "document": {"content": "A", "selection": {"start": 0, "end": 2}}},
        "document.selection",
    ),
    "an unknown model": ({"message": "Hi", "model": "gpt-99"}, "model"),
    "an unknown field": ({"message": "Hi", "lane": "bulk"}, "lane"),
}


class TestBadInput:
    @pytest.mark.parametrize("fault", FAULTS)
    def test_it_names_the_field_at_fault(self, writer, fault):
        body, field = FAULTS[fault]
        answer = writer.http.post(CHAT, json=body)

        assert answer.status_code == 400
        assert field in [detail["field"] for detail in answer.json()["error"]["details"]]

    def test_all_faults_are_told_at_once(self, writer):
        body = {"message": " ", "document": {"content": ""}, "model": "x", "offset_encoding": "x"}
        details = writer.http.post(CHAT, json=body).json()["error"]["details"]

        assert {detail["field"] for detail in details} == {
            *("message", "document.content", "model", "offset_encoding")
        }

    def test_32_000_characters_are_taken(self, writer):
        assert writer.http.post(CHAT, json={"message": "x" * 32_000}).status_code == 202
