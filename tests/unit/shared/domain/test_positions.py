import pytest

from shared.domain.positions import Placer, place_edits
from shared.domain.suggestions import DropReason, Edit, as_json
from shared.domain.text import OffsetEncoding, OffsetMap, Span

FLAG_F, FLAG_R = "\U0001f1eb", "\U0001f1f7"


def edit(original, suggested="else", **more):
    return Edit(original, suggested, **more)


def place(content, *edits, within=None, limit=20):
    return place_edits(content, within or Span(0, len(content)), edits, limit)


def places(placement):
    return [(one.span.start, one.span.end) for one in placement.suggestions]


class TestTheQuote:
    def test_it_decides_where_it_stands_once(self):
        assert places(place("The big advantage", edit("big", before="wrong"))) == [(4, 7)]

    @pytest.mark.parametrize(("content", "quote"), [("a big, big plan", "big"), ("aaa", "aa")])
    def test_it_is_dropped_where_it_stands_twice(self, content, quote):
        placement = place(content, edit(quote))

        assert placement.suggestions == ()
        assert placement.dropped == {"AMBIGUOUS": 1}

    def test_it_is_sought_in_the_selection_first(self):
        assert places(place("big plan, big man", edit("big"), within=Span(5, 17))) == [(10, 13)]

    @pytest.mark.parametrize(
        ("quote", "reason"),
        [("big", "OUTSIDE_SELECTION"), ("small", "QUOTE_NOT_FOUND"), ("", "QUOTE_NOT_FOUND")],
    )
    def test_it_is_dropped_where_it_does_not_stand(self, quote, reason):
        assert place("a big plan", edit(quote), within=Span(6, 10)).dropped == {reason: 1}

    def test_it_never_tears_a_grapheme(self):
        content = "\U0001f468\u200d\U0001f467 e\u0301 e"

        assert place(content, edit("\U0001f468")).dropped == {"QUOTE_NOT_FOUND": 1}
        assert places(place(content, edit("e"))) == [(7, 8)]

    def test_it_is_given_up_when_a_hostile_text_has_it_everywhere(self):
        assert place("e\u0301" * 200_000, *[edit("e")] * 20).dropped == {"AMBIGUOUS": 20}


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
        assert places(place(self.CONTENT, edit("big", **context))) == [(start, start + 3)]

    @pytest.mark.parametrize(
        "context", [{"after": " plan"}, {"before": "no such"}, {"before": " ", "after": "\n"}]
    )
    def test_it_leaves_the_doubt_it_cannot_settle(self, context):
        assert place(self.CONTENT, edit("big", **context)).dropped == {"AMBIGUOUS": 1}

    @pytest.mark.parametrize(
        ("content", "within", "quote", "span"),
        [
            ("one big two big three", Span(4, 15), edit("big", after=" two"), (4, 7)),
            ("big two big big two", Span(0, 14), edit("big", after="two"), (0, 3)),
            ("a  big, x big", Span(2, 13), edit(" big", before="a"), (2, 6)),
            ("big x, big  a", Span(0, 11), edit("big ", after="a"), (7, 11)),
        ],
    )
    def test_it_may_stand_outside_of_the_selection(self, content, within, quote, span):
        assert places(place(content, quote, within=within)) == [span]

    def test_it_counts_each_way_to_read_a_quote_that_begins_with_space(self):
        assert not place("The big, The  big", edit(" big", before="The")).suggestions


class TestTheTolerantAttempt:
    def test_it_gives_the_words_of_the_text(self):
        content = "He said \u201cit\u2019s\u00a0a\r\n  big\u201d \u2013 once"
        (one,) = place(content, edit('"it\'s a big" - once')).suggestions

        assert one.original == one.anchor.exact == content[8:]

    def test_it_is_not_made_where_the_quote_stands_exactly(self):
        assert places(place("don\u2019t, don't", edit("don't"))) == [(7, 12)]

    def test_it_knows_doubt_and_context(self):
        content = "I don\u2019t, you don\u2019t"

        assert place(content, edit("don't")).dropped == {"AMBIGUOUS": 1}
        assert places(place(content, edit("don't", before="you"))) == [(13, 18)]


class TestTheReplacement:
    @pytest.mark.parametrize("same", ["don't", "don\u2019t"])
    def test_it_must_change_something(self, same):
        assert place(same, edit("don't", same)).dropped == {"NO_CHANGE": 1}

    def test_it_must_be_writable(self):
        placement = place("big", edit("big", "\ud83d"), edit("big", "\0"), edit("\udc00", "a"))

        assert placement.dropped == {"INVALID_TEXT": 2, "QUOTE_NOT_FOUND": 1}

    @pytest.mark.parametrize(
        ("content", "suggested"),
        [
            ("ax", "\u0301x"),
            ("xa", "\u0600"),
            (f"{FLAG_F}x{FLAG_R}", ""),
            (f"{FLAG_F}x", FLAG_R),
            ("x\U0001f467", "\U0001f469\u200d"),
            ("\u0915\u094dx", "\u0937"),
        ],
    )
    def test_it_may_not_merge_into_its_neighbours(self, content, suggested):
        assert place(content, edit("x", suggested)).dropped == {"MERGES_GRAPHEME": 1}

    @pytest.mark.parametrize("order", ["ab", "ba"])
    def test_it_may_not_merge_once_its_neighbour_is_accepted_too(self, order):
        placement = place(f"{FLAG_F}ab{FLAG_R}", *[edit(letter, "") for letter in order])

        assert [one.original for one in placement.suggestions] == [order[0]]
        assert placement.dropped == {"MERGES_GRAPHEME": 1}

    def test_it_may_not_merge_once_an_alternative_beside_it_is_accepted(self):
        edits = edit("a", alternatives=(FLAG_F,)), edit("b", FLAG_R)

        assert place("ab", *edits).dropped == {"MERGES_GRAPHEME": 1}

    def test_it_may_begin_with_a_mark_that_has_nothing_to_join(self):
        assert places(place("a\nb", edit("b", "\u0301"))) == [(2, 3)]


class TestSuggestions:
    def test_it_numbers_them_in_the_order_of_their_edits(self):
        placer = Placer("one two three", Span(0, 13), limit=2)
        given = [placer.place(edit(word)) for word in ("three", "four", "one", "two")]

        assert [given[0].id, given[2].id] == ["sg_1", "sg_2"]
        assert [given[1], given[3]] == [DropReason.QUOTE_NOT_FOUND, DropReason.LIMIT]

    def test_it_lets_them_touch_but_not_overlap(self):
        placement = place("one two", edit("one"), edit(" two"), edit("e t"), edit("one two"))

        assert places(placement) == [(0, 3), (3, 7)]
        assert placement.dropped == {"OVERLAP": 2}

    def test_it_keeps_what_can_be_shown(self):
        offered = ("big", "", "large", "huge", "huge", "\ud83d", "\u0301", "vast")
        proposed = edit("big", "large", alternatives=offered, explanation="a\0b\ud83d")
        (one,) = place("a big plan", proposed).suggestions

        assert (one.alternatives, one.explanation) == (("huge", "vast"), "ab")


class TestAnchor:
    SUFFIX = " advantage of this approach is"
    Z31 = "z" * 31

    @pytest.mark.parametrize(
        ("content", "prefix", "suffix"),
        [
            ("The big advantage of this approach is that", "The ", SUFFIX),
            ("All of our many little plans were big ", "of our many little plans were ", " "),
            ("\u6f22" * 40 + "big" + "\u6f22" * 40, "\u6f22" * 32, "\u6f22" * 32),
            (f"x {Z31}\u0301big{Z31}\u0301", f"{Z31}\u0301", f"{Z31}\u0301"),
            (f"{Z31}zz\u0301big{Z31}z\u0301", f"{Z31[1:]}z\u0301", Z31),
            ("bigz" + "\u0301" * 40, "", ""),
        ],
    )
    def test_it_gives_whole_words_where_it_can(self, content, prefix, suffix):
        (one,) = place(content, edit("big")).suggestions

        assert (one.anchor.prefix, one.anchor.suffix) == (prefix, suffix)


class TestAsJson:
    def test_it_has_the_shape_of_the_contract(self):
        content = "\U0001f600 The big advantage"
        (one,) = place(content, edit("big", category="tone", alternatives=("vast",))).suggestions

        anchor = {"exact": "big", "prefix": "\U0001f600 The ", "suffix": " advantage"}
        assert list(as_json(one, OffsetMap(content, OffsetEncoding.UTF16)).items()) == [
            *[("id", "sg_1"), ("original", "big"), ("suggested", "else")],
            *[("start", 7), ("end", 10), ("explanation", ""), ("alternatives", ["vast"])],
            *[("category", "tone"), ("anchor", anchor), ("state", "pending")],
        ]
