from itertools import pairwise

import pytest

from shared.domain.sections.borders import beside, seams
from shared.domain.sections.splitter import Section
from shared.domain.text import GraphemeBoundaries, Span

ACCENTED = "e" + "\u0301" * 100


def cut(*texts):
    """Return the texts as one, and as its sections."""
    ends = [len("".join(texts[:n])) for n in range(len(texts) + 1)]
    spans = [Span(*pair) for pair in pairwise(ends)]
    return "".join(texts), [Section(span, is_editable=True) for span in spans]


def seen(content, start, end):
    return beside(content, Span(start, end), GraphemeBoundaries(content))


class TestBeside:
    def test_it_is_what_stands_right_there(self):
        assert seen("one two three", 4, 7) == ("one ", " three")

    def test_it_is_short(self):
        assert seen("a" * 100 + "two" + "b" * 100, 100, 103) == ("a" * 64, "b" * 64)

    def test_at_the_ends_of_a_text_nothing_stands(self):
        assert seen("two", 0, 3) == ("", "")

    @pytest.mark.parametrize("character", [ACCENTED, "\U0001f468\u200d\U0001f469" + "\u0301" * 70])
    def test_no_character_is_torn(self, character):
        content = f"{character}two{character}"

        assert seen(content, len(character), len(character) + 3) == ("", "")

    def test_what_begins_within_a_character_is_seen_to(self):
        content = f"{ACCENTED}two{ACCENTED}"

        assert seen(content, 80, len(content) - 80) == ("\u0301" * 64, "\u0301" * 64)


class TestSeams:
    @pytest.mark.parametrize(
        ("texts", "expected"),
        [
            (["one.\n\n", "Two."], [["\n\nT"], []]),
            (["one.", " \r\nTwo."], [[], [". \r\n"]]),
            (["one. ", "\nTwo.\t", "Three."], [[" \n"], [" \n", "\tT"], []]),
            (["\u6f22\u3002", "\u5b57\u3002"], [["\u3002\u5b57"], ["\u3002\u5b57"]]),
            (["one" + ACCENTED, ACCENTED + "two"], [[ACCENTED + "e"], ["\u0301" + ACCENTED]]),
            (["a", "b", "c"], [["ab"], ["ab", "bc"], ["bc"]]),
            (["one"], [[]]),
        ],
    )
    def test_they_part_a_section_from_its_neighbours(self, texts, expected):
        content, sections = cut(*texts)
        boundaries = GraphemeBoundaries(content)
        found = [[*seams(content, sections, n, boundaries)] for n in range(len(texts))]

        assert [[span.of(content) for span in spans] for spans in found] == expected
