import json

import pytest

from tests.model_server_scripts import edit, propose, say
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

        assert (job["status"], job["result"]["metadata"]["tokenCount"]) == ("succeeded", 0)
