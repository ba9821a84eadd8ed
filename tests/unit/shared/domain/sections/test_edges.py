from itertools import pairwise

import pytest

from shared.domain.sections.edges import LONGEST_EDGE, edges
from shared.domain.sections.splitter import Section
from shared.domain.text import Span


def edges_of(before, behind):
    content = f"{before}MIDDLE{behind}"
    ends = [0, len(before), len(before) + len("MIDDLE"), len(content)]
    found = [Section(Span(*pair), True) for pair in pairwise(ends)]
    return edges(content, found, 1)


class TestEdges:
    def test_it_shows_short_neighbours_as_they_are(self):
        assert edges_of("# A\n\nOne.\n\n", "Two.\n\n") == ("# A\n\nOne.", "Two.")

    def test_it_shows_nothing_beyond_the_ends(self):
        assert edges("only", [Section(Span(0, 4), True)], 0) == ("", "")

    def test_it_cuts_at_sentences(self):
        sentences = "".join(f"This is the sentence number {number}. " for number in range(100, 200))
        before, behind = edges_of(sentences, sentences)

        assert before.startswith("This is the sentence")
        assert before.endswith("number 199.")
        assert behind.startswith("This is the sentence number 100.")
        assert behind.endswith(".")
        assert LONGEST_EDGE // 3 < len(before) <= LONGEST_EDGE

    def test_it_cuts_at_words_where_a_sentence_is_long(self):
        before, behind = edges_of("word " * 200, "word " * 200)

        assert set(before.split()) == set(behind.split()) == {"word"}

    @pytest.mark.parametrize("sign", ["x", "e\u0301", "\U0001f468\u200d\U0001f469\u200d\U0001f467"])
    def test_it_tears_no_character(self, sign):
        before, behind = edges_of(sign * 500, sign * 500)

        assert before == sign * (len(before) // len(sign))
        assert behind == sign * (len(behind) // len(sign))

    def test_it_does_not_change_with_the_middle_of_a_neighbour(self):
        long = "".join(f"This is the sentence number {number}. " for number in range(100, 200))
        edited = long.replace("number 150", "number one hundred and fifty")

        assert edges_of(long, long) == edges_of(edited, edited)
