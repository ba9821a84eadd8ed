import pytest

from shared.domain.quotes import QuoteFinder
from shared.domain.suggestions import DropReason, Edit
from shared.domain.text import GraphemeBoundaries, Span


def find(content, quote, within=None, **context):
    """Return where the quote stands, or why it has no place."""
    finder = QuoteFinder(content, within or Span(0, len(content)), GraphemeBoundaries(content))
    found = finder.find(Edit(quote, "else", **context))
    return found if isinstance(found, DropReason) else (found.start, found.end)


class TestTheQuote:
    def test_it_decides_where_it_stands_once(self):
        assert find("The big advantage", "big", before="wrong") == (4, 7)

    @pytest.mark.parametrize(("content", "quote"), [("a big, big plan", "big"), ("aaa", "aa")])
    def test_it_is_in_doubt_where_it_stands_twice(self, content, quote):
        assert find(content, quote) == "AMBIGUOUS"

    def test_it_is_sought_in_the_selection_first(self):
        assert find("big plan, big man", "big", within=Span(5, 17)) == (10, 13)

    @pytest.mark.parametrize(
        ("quote", "reason"), [("big", "OUTSIDE_SELECTION"), ("small", "QUOTE_NOT_FOUND")]
    )
    def test_it_is_not_found_where_it_does_not_stand(self, quote, reason):
        assert find("a big plan", quote, within=Span(6, 10)) == reason

    def test_it_never_tears_a_grapheme(self):
        content = "\U0001f468\u200d\U0001f467 e\u0301 e"

        assert find(content, "\U0001f468") == "QUOTE_NOT_FOUND"
        assert find(content, "e") == (7, 8)

    def test_it_is_given_up_when_a_hostile_text_has_it_everywhere(self):
        content = "e\u0301" * 200_000
        finder = QuoteFinder(content, Span(0, 400_000), GraphemeBoundaries(content))

        assert {finder.find(Edit("e", "else")) for _ in range(20)} == {"AMBIGUOUS"}


class TestTheContext:
    CONTENT = "We make a big\n\n  plan, then another big  plan. It\u2019s big."

    @pytest.mark.parametrize(
        ("context", "start"),
        [
            ({"before": "then another"}, 36),
            ({"before": "another\n", "after": " plan"}, 36),
            ({"before": "It's"}, 52),
            ({"after": "."}, 52),
        ],
    )
    def test_it_settles_which_one_is_meant(self, context, start):
        assert find(self.CONTENT, "big", **context) == (start, start + 3)

    @pytest.mark.parametrize(
        "context", [{"after": " plan"}, {"before": "no such"}, {"before": " ", "after": "\n"}]
    )
    def test_it_leaves_the_doubt_it_cannot_settle(self, context):
        assert find(self.CONTENT, "big", **context) == "AMBIGUOUS"

    @pytest.mark.parametrize(
        ("content", "within", "quote", "context", "span"),
        [
            ("one big two big three", Span(4, 15), "big", {"after": " two"}, (4, 7)),
            ("big two big big two", Span(0, 14), "big", {"after": "two"}, (0, 3)),
            ("a  big, x big", Span(2, 13), " big", {"before": "a"}, (2, 6)),
            ("big x, big  a", Span(0, 11), "big ", {"after": "a"}, (7, 11)),
        ],
    )
    def test_it_may_stand_outside_of_the_selection(self, content, within, quote, context, span):
        assert find(content, quote, within, **context) == span

    def test_it_counts_each_way_to_read_a_quote_that_begins_with_space(self):
        assert find("The big, The  big", " big", before="The") == "AMBIGUOUS"


class TestTheTolerantAttempt:
    def test_it_gives_the_words_of_the_text(self):
        content = "He said \u201cit\u2019s\u00a0a\r\n  big\u201d \u2013 once"

        assert find(content, '"it\'s a big" - once') == (8, len(content))

    def test_it_is_not_made_where_the_quote_stands_exactly(self):
        assert find("don\u2019t, don't", "don't") == (7, 12)

    def test_it_knows_doubt_and_context(self):
        content = "I don\u2019t, you don\u2019t"

        assert find(content, "don't") == "AMBIGUOUS"
        assert find(content, "don't", before="you") == (13, 18)
