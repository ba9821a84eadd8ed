import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.applying import Proposal, apply_proposals
from shared.domain.text import Span
from tests.changed_texts import changed

WORDS = ("big", "plan", "very", "a", "house", "green", "very very", "letter", "of", "sand")


def proposals_in(marked):
    content, changes = changed(marked)
    return content, [
        Proposal(one.id, one.span.of(content), one.span, one.suggested) for one in changes
    ]


def states(outcome):
    return [(one.id, str(one.state)) for one in outcome.conflicts]


@st.composite
def texts_with_proposals(draw):
    """A text, and suggestions that often hold the very words that they replace."""
    words = draw(st.lists(st.sampled_from(WORDS), min_size=6, max_size=40))
    content, proposals = "", []
    for number, kind in enumerate(words):
        word = f"{kind}{number}"
        if draw(st.integers(0, 3)) == 0:
            suggested = draw(st.sampled_from(["", "new", word + " " + word, "the " + word, "very"]))
            span = Span(len(content), len(content) + len(word))
            proposals.append(Proposal(f"sg_{number}", word, span, suggested))
        content += word + " "
    return content, [one for one in proposals if one.suggested != one.original]


class TestInTheSameText:
    def test_each_is_made(self):
        old, proposals = proposals_in("A [[big=>large]] plan, [[very =>]]good.")
        outcome = apply_proposals(old, old, proposals[::-1])

        assert outcome.content == "A large plan, good."
        assert (outcome.applied, outcome.conflicts) == (("sg_0", "sg_1"), ())

    def test_one_that_quotes_other_words_is_not(self):
        wrong = Proposal("sg_1", "big", Span(0, 3), "large")
        outcome = apply_proposals("A big plan", "A big plan", [wrong])

        assert (outcome.content, states(outcome)) == ("A big plan", [("sg_1", "conflicted")])

    def test_of_two_that_overlap_the_first_is_made(self):
        both = [
            Proposal("a", "big plan", Span(2, 10), "x"),
            Proposal("b", "plan", Span(6, 10), "y"),
        ]
        outcome = apply_proposals("A big plan", "A big plan", both)

        assert (outcome.content, states(outcome)) == ("A x", [("b", "conflicted")])


class TestInANewerText:
    def test_what_moved_is_made_where_it_stands_now(self):
        old, proposals = proposals_in("The [[big=>large]] plan of the green house on the hill.")
        outcome = apply_proposals(old, "Well then, what is more: first. " + old, proposals)

        assert outcome.content.endswith("first. The large plan of the green house on the hill.")

    def test_what_was_rewritten_is_left_alone_and_told(self):
        old, proposals = proposals_in(
            "The [[big=>large]] plan is ours. It rains in spring on all the green hills.\n\n"
            "Nobody saw the [[small=>little]] house behind the trees that night at all."
        )
        new = old.replace("The big plan is ours.", "Our scheme.")
        outcome = apply_proposals(old, new, proposals)

        assert outcome.content == new.replace("small", "little")
        assert states(outcome) == [("sg_0", "conflicted")]

    @pytest.mark.parametrize("suggested", ["big and new", "the big", "a big, big"])
    def test_what_was_made_is_not_made_twice(self, suggested):
        old, proposals = proposals_in(
            f"We have seen [[big=>{suggested}]] plans in the green house on the hill before."
        )
        once = apply_proposals(old, old, proposals)
        again = apply_proposals(old, once.content, proposals)

        assert (again.content, again.applied) == (once.content, ())

    @settings(max_examples=100, deadline=None)
    @given(texts_with_proposals())
    def test_a_second_try_changes_nothing(self, given_text):
        old, proposals = given_text
        once = apply_proposals(old, old, proposals)
        again = apply_proposals(old, once.content, proposals)

        assert again.content == once.content
        assert len(again.conflicts) == len(proposals)

    def test_two_thousand_are_found_in_a_long_text_that_was_edited(self):
        by = random.Random(1)
        words = [f"{by.choice(WORDS)}{by.randrange(4000)}" for _ in range(25_000)]
        old, proposals = proposals_in(
            " ".join(f"[[{w}=>new]]" if n % 12 == 6 else w for n, w in enumerate(words))
        )
        new = "At first. " + old[: len(old) // 2] + " And something else. " + old[len(old) // 2 :]
        outcome = apply_proposals(old, new, proposals)

        assert len(proposals) > 2000
        assert len(outcome.applied) >= len(proposals) - 5
