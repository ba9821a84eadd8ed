import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.domain.text import Span
from shared.errors import ModelRequiredError
from tests.unit.workers.ai.offline.asking import NoStop, call, changes, edits, place
from workers.ai.provider import Finished, TextDelta, TokenUsage

SEED = "The big advantage of this approach is that it allows for greater flexibility."


class StopError(Exception):
    pass


class StopAt(NoStop):
    """Stops at the n-th time it is asked."""

    def __init__(self, count):
        self.left = count

    def check(self):
        self.left -= 1
        if self.left <= 0:
            raise StopError


class TestTheExampleOfTheSeed:
    def test_it_becomes_more_professional(self, editor):
        assert changes(editor, SEED, "more-professional") == [
            ("big", "main"),
            ("allows for", "allows"),
        ]

    def test_it_keeps_to_the_selected_word(self, editor):
        (edit,) = edits(editor, SEED, "more-professional", Span(4, 7))

        assert (edit.original, edit.suggested) == ("big", "main")
        assert (edit.before, edit.after) == ("The ", " advantage of this approach is that it")
        assert (edit.category, edit.alternatives) == ("tone", ("major",))
        assert "conversational" in edit.explanation


class TestWhatItDeclines:
    @pytest.mark.parametrize("template_id", ["friendlier", "active-voice", None, "tpl_0199"])
    def test_it_says_what_to_set_before_it_says_anything(self, editor, template_id):
        reply = editor.stream(call(SEED, template_id), NoStop())

        with pytest.raises(ModelRequiredError, match="OPENAI_API_KEY or OPENAI_BASE_URL"):
            next(reply)


class TestTheReply:
    def test_it_gives_each_edit_in_a_piece_of_its_own(self, editor):
        parts = list(editor.stream(call(SEED, "more-professional"), NoStop()))
        texts = [part.text for part in parts if isinstance(part, TextDelta)]

        assert [json.loads(text.lstrip(", "))["original"] for text in texts[1:-1]] == [
            "big",
            "allows for",
        ]
        assert (parts[0], parts[-1]) == (TokenUsage(), Finished("stop"))

    def test_it_is_an_empty_list_where_nothing_is_to_be_done(self, editor):
        assert edits(editor, "", "shorter") == edits(editor, "It rained.", "shorter") == []

    def test_it_names_itself_as_rules(self, editor):
        assert editor.model == "offline-rules-1"

    def test_it_ends_between_two_edits_when_it_is_stopped(self, editor):
        reply = editor.stream(call(SEED, "more-professional"), StopAt(3))

        *_, edit = (next(reply) for _ in range(3))

        assert "big" in edit.text
        with pytest.raises(StopError):
            next(reply)

    def test_it_asks_between_paragraphs(self, editor):
        reply = editor.stream(call("It rained.\n\n" * 9, "shorter"), StopAt(5))

        with pytest.raises(StopError):
            list(reply)


class TestTheQuotes:
    def test_each_finds_its_place_among_its_twins(self, editor):
        content = "We met in order to talk. " * 3 + "They met in order to eat."
        placement = place(editor, content, "shorter")

        assert len(placement.suggestions) == 4
        assert placement.dropped == {}

    def test_they_take_context_from_outside_the_selection(self, editor):
        content = "We met in order to talk. You met in order to eat."
        (edit,) = edits(editor, content, "shorter", Span(33, 44))

        assert (edit.original, edit.before) == ("in order to", "We met in order to talk. You met ")

    def test_nothing_outside_the_selection_is_touched(self, editor):
        content = "We met in order to talk. You met in order to eat."

        assert edits(editor, content, "shorter", Span(8, 18)) == []
        assert len(edits(editor, content, "shorter", Span(7, 18))) == 1


WORDS = ["in order to", "The big advantage", "gonna", "recieve", "I", "has", "a", "apple", "ASAP"]
MARKS = [
    " ",
    "  ",
    "\n\n",
    "\n",
    ". ",
    ", ",
    '"',
    "`x`",
    "don\u2019t",
    "👩‍👩‍👧",
    "e\u0301",
    "\u2019",
]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    pieces=st.lists(st.sampled_from(WORDS + MARKS), max_size=25),
    start=st.integers(0, 60),
    length=st.integers(0, 200),
    template_id=st.sampled_from(["more-professional", "fix-grammar", "academic"]),
)
def test_whatever_the_text_each_edit_fits_into_it(editor, pieces, start, length, template_id):
    content = " ".join(pieces)
    within = Span(min(start, len(content)), min(start + length, len(content)))
    placement = place(editor, content, template_id, within)

    assert set(placement.dropped) <= {"AMBIGUOUS"}
    assert all(within.contains(one.span) for one in placement.suggestions)
