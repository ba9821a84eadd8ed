import json

import pytest

from tests.model_server_scripts import edit, known_words, propose, say
from tests.stack_client import order, some_text

EDIT = json.dumps(edit("big", "large"))
HALF = '{"original": "plan", "sugg'


class TestRepliesThatAreNoFault:
    @pytest.mark.parametrize(
        "reply",
        [
            '```json\n{"suggestions": [%s]}\n```',
            '```\n{"suggestions": [%s]}\n```',
            'Here they are:\n```json\n{"suggestions": [%s]}\n```\nAnything else?',
            '{"edits": [%s]}',
            "[%s]",
            '{"suggestions": [%s',
            '{"suggestions": [%s,]}',
        ],
    )
    def test_a_reply_that_can_be_mended(self, writer, model, reply):
        model.plan(say(*(reply % EDIT)))
        job = writer.finish(order(some_text()))

        assert (job["status"], job["outcome"]) == ("succeeded", "complete")
        assert [one["suggested"] for one in job["result"]["suggestions"]] == ["large"]

    def test_prose_that_is_said_again_in_the_right_form(self, writer, model):
        text = some_text()
        model.plan(lambda call: known_words(call) if call.is_repeated else say("Of course! Big."))
        job = writer.finish(order(text))
        first, second = model.calls_about(text)

        assert (job["status"], job["outcome"]) == ("succeeded", "complete")
        assert len(job["result"]["suggestions"]) == 1
        assert second.messages[:2] == first.messages
        assert second.messages[2]["content"] == "Of course! Big."
        assert job["usage"]["input_tokens"] > 2 * len(first.asked) // 5

    def test_prose_is_asked_for_again_once(self, writer, model):
        text = some_text()
        model.plan(say("Of course!"))
        job = writer.finish(order(text))

        assert job["error"]["code"] == "NO_VALID_SUGGESTIONS"
        assert len(model.calls_about(text)) == 2

    @pytest.mark.parametrize("frame", ["{}", "```json\n{}\n```"])
    def test_an_empty_list(self, writer, model, frame):
        model.plan(say(frame.format('{"suggestions": []}')))
        job = writer.finish(order(some_text()))

        assert (job["status"], job["result"]["suggestions"]) == ("succeeded", [])

    def test_a_list_of_which_nothing_fits(self, writer, model):
        model.plan(propose(edit("nowhere", "x"), edit("big", "\u0301")))
        job = writer.finish(order(some_text()))

        assert (job["status"], job["result"]["suggestions"]) == ("succeeded", [])
        assert sum(job["result"]["metadata"]["dropped"].values()) == 2

    def test_an_item_that_is_no_edit(self, writer, model):
        model.plan(say('{"suggestions": [3, {"original": 4}, ' + EDIT + "]}"))
        job = writer.finish(order(some_text()))

        assert len(job["result"]["suggestions"]) == 1
        assert job["result"]["metadata"]["dropped"] == {"UNREADABLE": 2}

    def test_a_cut_keeps_what_was_complete(self, writer, model):
        model.plan(say('{"suggestions": [' + EDIT, ", " + HALF, finish="length"))
        job = writer.finish(order(some_text()))

        assert (job["status"], job["outcome"]) == ("succeeded", "partial")
        assert [one["original"] for one in job["result"]["suggestions"]] == ["big"]

    def test_a_cut_answer_is_not_kept_for_others(self, writer, model):
        model.plan(say('{"suggestions": [' + EDIT, ", " + HALF, finish="length"))
        body = order(some_text(), max_suggestions=7)
        writer.finish(body)
        again = writer.finish(body | {"max_suggestions": 8})

        assert not again["cache"]["hit"]

    def test_a_server_that_counts_nothing(self, writer, model):
        model.plan(propose(edit("big", "large"), counts=False))
        job = writer.finish(order(some_text()))

        assert job["status"] == "succeeded"
        assert job["result"]["metadata"]["tokenCount"] > 100  # counted here
