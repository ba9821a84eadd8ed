from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.thoughts import ThoughtFilter

WORDS = ["<think>", "</think>", "<thinking>", "</thinking>", "[THINK]", "[/THINK]"]
PIECES = [*WORDS, "<", "th", "think", ">", "/", "\n", " ", " " * 70, "Yes.", "<b>"]


def said(*pieces):
    """Return what is left of a reply in these pieces."""
    thoughts = ThoughtFilter()
    return "".join([*(thoughts.feed(piece) for piece in pieces), thoughts.close()])


@pytest.mark.parametrize(
    "reply",
    [
        "<think>Hm. <b>Is it?</b></think>\n\nYes.",
        "\n<think>\n</think>Yes.",
        "<thinking>So </think> it is.</thinking> Yes.",
        "[THINK]Hm.[/THINK]Yes.",
        "<reasoning><think></reasoning>Yes.",
    ],
)
def test_a_block_at_the_beginning_is_left_out(reply):
    assert said(reply) == said(*reply) == "Yes."


@pytest.mark.parametrize(
    "reply",
    [
        "Some models put <think>their thoughts</think> into tags.",
        "`<think>` begins a thought.",
        "<thinker> is no tag, and <b>this</b> is none of ours.",
        "</think>",
        "<thi",
        " " * 70 + "<think>Hm.</think>",
    ],
)
def test_any_other_text_stays_as_it_is(reply):
    assert said(reply) == said(*reply) == reply


def test_a_second_block_is_what_was_said():
    assert said("<think>a</think><think>b</think>") == "<think>b</think>"


@pytest.mark.parametrize("reply", ["<think>", "<think>Hm. I see.", "<think>Hm.</thi"])
def test_a_block_without_an_end_says_nothing(reply):
    assert said(reply) == said(*reply) == ""


def test_words_are_given_as_soon_as_they_can_be_no_thought():
    thoughts = ThoughtFilter()

    assert [thoughts.feed(piece) for piece in ("<", "th", "at", " is")] == ["", "", "<that", " is"]


def test_no_end_of_thoughts_takes_no_memory_and_little_time():
    thoughts = ThoughtFilter()
    thoughts.feed("<think>")
    given = {thoughts.feed("Hm. ") for _ in range(200_000)}

    assert (given, thoughts.feed("</think>Yes.")) == ({""}, "Yes.")


@given(st.lists(st.sampled_from(PIECES), max_size=9), st.lists(st.integers(0, 90)))
def test_the_same_comes_out_however_a_reply_is_cut(words, cuts):
    reply = "".join(words)
    at = sorted({0, len(reply), *(cut for cut in cuts if cut < len(reply))})
    pieces = [reply[start:end] for start, end in pairwise(at)]

    assert said(*pieces) == said(reply) == said(*reply)
