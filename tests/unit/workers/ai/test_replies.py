import json

import pytest

from shared.errors import ContentRefusedError, NoValidSuggestionsError, OutputTruncatedError
from workers.ai.provider import Finished, RefusalDelta, TextDelta
from workers.ai.replies import ReplyReader

BIG = {"original": "big", "suggested": "large"}
BAD = {"original": "bad", "suggested": "poor"}
UNREADABLE = [
    *("", "  ", "I cannot see a text.", "{}", '{"x": 1}', "7"),
    '{"error": "no text", "details": []}',
]
PLAIN = json.dumps({"suggestions": [BIG, BAD]})


def read(*texts, finish="stop"):
    """Return the originals of all that is read from a reply, and the reader."""
    reader = ReplyReader()
    found = [edit for text in texts for edit in reader.feed(TextDelta(text))]
    found += reader.feed(Finished(finish))
    found += reader.close()
    return [edit and edit.original for edit in found], reader


class TestPlainReply:
    @pytest.mark.parametrize("size", [1, 2, 7, 1000])
    def test_it_is_read_however_it_is_cut(self, size):
        pieces = [PLAIN[at : at + size] for at in range(0, len(PLAIN), size)]

        assert read(*pieces)[0] == ["big", "bad"]

    def test_each_edit_is_given_as_its_object_closes(self):
        reader = ReplyReader()
        end = PLAIN.index("}") + 1

        assert list(reader.feed(TextDelta(PLAIN[: end - 1]))) == []
        (edit,) = reader.feed(TextDelta("}"))
        assert (edit.original, edit.suggested) == ("big", "large")

    def test_behind_thoughts_each_is_given_as_soon(self):
        reader = ReplyReader()
        pieces = ("<thi", "nk>{Hm", "</think>\n\n", PLAIN[: PLAIN.index("}") + 1])
        found = [len(list(reader.feed(TextDelta(piece)))) for piece in pieces]

        assert found == [0, 0, 0, 1]

    def test_all_that_is_said_of_an_edit_is_kept(self):
        more = {"before": "a ", "after": " plan", "explanation": "Why.", "category": "tone"}
        reader = ReplyReader()
        (edit,) = reader.feed(
            TextDelta(json.dumps({"suggestions": [BIG | more | {"alternatives": ["vast", 3]}]}))
        )

        assert (edit.before, edit.after, edit.explanation) == ("a ", " plan", "Why.")
        assert (edit.category, edit.alternatives) == ("tone", ("vast",))

    def test_what_is_not_said_has_a_default(self):
        reader = ReplyReader()
        (edit,) = reader.feed(TextDelta(json.dumps({"suggestions": [BIG]})))

        assert (edit.before, edit.after, edit.explanation) == ("", "", "")
        assert (edit.category, edit.alternatives) == ("style", ())

    @pytest.mark.parametrize("reply", ['{"suggestions": []}', '{"suggestions": [\n]}\n', "[]"])
    def test_an_empty_list_is_no_fault(self, reply):
        assert read(reply)[0] == []

    def test_text_outside_of_ascii_is_read(self):
        text = "caf\u00e9 \U0001f600"
        reply = json.dumps({"suggestions": [BIG | {"original": text}]}, ensure_ascii=False)

        assert read(*reply)[0] == [text]

    def test_a_character_in_two_halves_is_read(self):
        head, tail = PLAIN.split("big")

        assert read(head + "\ud83d", "\ude00" + tail)[0] == ["\U0001f600", "bad"]

    def test_half_a_character_breaks_nothing(self):
        head, tail = PLAIN.split("big")

        assert read(head + "\ud83d" + tail, " ")[0][1:] == ["bad"]


class TestReplyToMend:
    @pytest.mark.parametrize(
        "frame",
        [
            *("```json\n{}\n```", "```\n{}\n```", "\n\n{}\n\n", "\ufeff{}"),
            "Here is what I found:\n\n{}\n\nDo you like it?",
            "Here {{it}} is:\n```json\n{}\n```\nDo you like it [sic]?",
            '<think>First {{"suggestions": []}}, or [1]?</think>\n{}',
        ],
    )
    def test_what_surrounds_it_is_left_out(self, frame):
        reply = frame.format(PLAIN)

        assert read(reply)[0] == ["big", "bad"]
        assert read(*reply)[0] == ["big", "bad"]

    @pytest.mark.parametrize(
        "reply",
        [
            *(PLAIN[:-1], PLAIN[:-2], PLAIN[:-2] + ",]}", PLAIN.replace('"', "'")),
            *(
                PLAIN + "}",
                PLAIN + PLAIN,
                json.dumps([BIG, BAD]),
                json.dumps({"edits": [BIG, BAD]}),
            ),
            '{"note": "fine", "suggestions": ' + json.dumps([BIG, BAD]) + "}",
        ],
    )
    def test_what_is_nearly_json_is_repaired(self, reply):
        assert read(*reply)[0] == ["big", "bad"]

    @pytest.mark.parametrize("reply", [BIG, {"suggestions": BIG}, {"edits": BIG}])
    def test_a_lone_edit_is_a_list_of_one(self, reply):
        lone = json.loads(json.dumps(reply).replace("}", ', "alternatives": []}', 1))

        assert read(json.dumps(lone))[0] == ["big"]

    def test_other_names_for_the_replacement_are_known(self):
        reader = ReplyReader()
        reply = {"suggestions": [{"original": "big", "replacement": "large"}]}
        (edit,) = reader.feed(TextDelta(json.dumps(reply)))

        assert edit.suggested == "large"

    @pytest.mark.parametrize("item", [3, None, "big", [], {}, {"original": 4, "suggested": "x"}])
    def test_an_item_that_is_no_edit_is_counted(self, item):
        assert read(json.dumps({"suggestions": [item, BIG]}))[0] == [None, "big"]

    @pytest.mark.parametrize("reply", UNREADABLE)
    def test_what_nobody_can_read_is_a_fault(self, reply):
        with pytest.raises(NoValidSuggestionsError) as fault:
            read(reply)

        assert not reply.strip() or reply not in fault.value.message


class TestRefusal:
    def test_it_is_told_apart(self):
        reader = ReplyReader()
        list(reader.feed(RefusalDelta()))

        with pytest.raises(ContentRefusedError):
            list(reader.close())

    def test_a_filter_is_one_too(self):
        with pytest.raises(ContentRefusedError):
            read(PLAIN[:20], finish="content_filter")


class TestCut:
    @pytest.mark.parametrize("end", range(PLAIN.index("}") + 1, PLAIN.index("}]")))
    def test_what_was_complete_is_kept(self, end):
        found, reader = read(*PLAIN[:end], finish="length")

        assert found == ["big"]
        assert reader.is_partial

    @pytest.mark.parametrize("reply", ["", "{", '{"suggestions": [', PLAIN[:30], "```json\n{"])
    def test_nothing_complete_is_a_fault(self, reply):
        with pytest.raises(OutputTruncatedError):
            read(reply, finish="length")

    def test_a_whole_reply_is_not_partial(self):
        assert not read(PLAIN)[1].is_partial
