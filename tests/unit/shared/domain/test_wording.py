from itertools import pairwise

import pytest

from shared.domain.text import GraphemeBoundaries
from shared.domain.wording import Wording, cuts_of


class TestCuts:
    @pytest.mark.parametrize(
        ("text", "pieces"),
        [
            ("It's 3,000 km.", ["It's", " ", "3,000", " ", "km", "."]),
            ("a \r\n b", ["a", " \r\n ", "b"]),
            ("**so**... (yes)", ["**", "so", "**", "...", " ", "(", "yes", ")"]),
            (
                "plan\u2014a \u201cbig\u201d",
                ["plan", "\u2014", "a", " ", "\u201c", "big", "\u201d"],
            ),
            ("$5 #1 C++ 7% @me", ["$5", " ", "#1", " ", "C++", " ", "7%", " ", "@me"]),
            ("well\u00adknown e\u0301a", ["well\u00adknown", " ", "e\u0301a"]),
            ("\u0915\u094d\u200d\u0937 \U0001f44d\U0001f3fd!", None),
        ],
    )
    def test_it_keeps_words_marks_and_white_space_whole(self, text, pieces):
        cuts = sorted(cuts_of(text, GraphemeBoundaries(text)))
        found = [text[start:end] for start, end in pairwise(cuts)]

        assert found == (pieces or [*text.partition(" ")[:2], "\U0001f44d\U0001f3fd", "!"])


class TestWording:
    @pytest.mark.parametrize(
        ("old", "new", "restored"),
        [
            ("\u2018so\u2019 it\u2019s", "it's 'so'", "it\u2019s \u2018so\u2019"),
            ("it\u2019s", "(it's)", "(it\u2019s)"),
            ("it\u2019s so, it's", "so it's", "so it's"),
            ("it\u2019s so, it's", "it's that, it's", "it\u2019s that, it's"),
            ("it's so it\u2019s", "so it's", "so it\u2019s"),
            ("1\u20132 or 1\u20142", "so 1-2 x", "so 1-2 x"),
            ("\u201ca", 'b"', 'b"'),
            ("a\tb c", "x y z", "x\ty z"),
            ("a\tb c", "x\ny z", "x\ny z"),
            ("a\tb c", "x y", "x y"),
            ("\u201ca\u201d", '"b" "', '"b" "'),
        ],
    )
    def test_it_gives_back_the_forms_of_the_writer(self, old, new, restored):
        assert Wording(old, "").restored(old, new) == restored

    @pytest.mark.parametrize(
        ("old", "quote", "restored"),
        [
            ("it\u2019s\n\na", "it's a", None),
            ("it\u2019s\n\na", "it's\n\na", "so"),
            ("it\u2019s\n\na", "it's\n\n\n\na", "so"),
            ("it\u2019s\r\n \t\r\na", "it's\r\na", None),
            ("it\u2019s\r\na", "it's a", "so"),
            ("it\u2019s\u2029a", "it's a", None),
        ],
    )
    def test_it_joins_no_paragraphs_that_the_quote_did_not_show(self, old, quote, restored):
        assert Wording(old, quote).restored(old, "so") == restored
