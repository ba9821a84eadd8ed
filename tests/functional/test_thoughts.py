"""What a model thinks aloud is for nobody."""

import json

import pytest

from tests.chat_client import ask, chat, said, some_question, text_of
from tests.model_server_scripts import edit, say
from tests.stack_client import order, some_text

THOUGHTS = "<think>\nThe plan is big. <b>EDITS</b> {or} not?\n</think>\n\n"
PROSE = "It is good. Some models put <think>their thoughts</think> into tags."


def by_the_letter(text, **more):
    return say(*text, **more)


class TestChat:
    def test_it_shows_and_keeps_the_answer_alone(self, writer, model):
        question = some_question()
        model.plan(by_the_letter(THOUGHTS + PROSE))
        job_id = ask(writer, question)
        told = text_of(writer.events(job_id))
        job = writer.ended(job_id)
        kept = said(writer, job["conversation_id"])

        assert told == job["result"]["message"]["content"] == PROSE
        assert kept == [("user", question, False), ("assistant", PROSE, False)]

    def test_it_withdraws_nothing(self, writer, model):
        model.plan(by_the_letter(THOUGHTS + PROSE))
        events = writer.events(ask(writer, some_question()))

        assert "output.reset" not in [event.name for event in events]
        assert not any("big" in str(event.data) for event in events if event.name == "output.delta")

    def test_thoughts_without_an_end_are_no_answer(self, writer, model):
        model.plan(by_the_letter("<think>Hm, the plan.", finish="length"))
        job = chat(writer, some_question())

        assert (job["status"], job["error"]["code"]) == ("failed", "OUTPUT_TRUNCATED")

    def test_thoughts_that_are_said_apart_are_paid_for_and_not_shown(self, writer, model):
        model.plan(say(PROSE, thoughts=("Hm. " * 400,), counts=False))
        job = chat(writer, some_question())

        assert job["result"]["message"]["content"] == PROSE
        assert job["usage"]["output_tokens"] > 400

    @pytest.mark.parametrize("frame", ["**{}**", "{}:", "`{}`", "## {}", "---\n{}"])
    def test_a_marker_is_known_in_what_models_make_of_it(self, writer, model, frame):
        edits = json.dumps({"suggestions": [edit("big", "vast")]})
        more = json.dumps({"suggestions": [edit("plan", "scheme")]})

        def reply(call):
            line = frame.format(call.marker)
            return by_the_letter(f"{THOUGHTS}{PROSE}\n\n{line}\n{edits}\n\n{line}\n{more}")

        model.plan(reply)
        job = chat(writer, some_question(), document={"content": some_text("A big plan")})

        assert job["result"]["message"]["content"] == PROSE
        assert [one["suggested"] for one in job["result"]["suggestions"]] == ["vast", "scheme"]
        assert job["result"]["metadata"]["dropped"] == {}


def test_suggestions_behind_thoughts_are_read(writer, model):
    edits = json.dumps({"suggestions": [edit("big", "vast")]})
    model.plan(by_the_letter(THOUGHTS + edits))
    job = writer.finish(order(some_text()))

    assert [one["suggested"] for one in job["result"]["suggestions"]] == ["vast"]
