from dataclasses import replace

import pytest

from shared.domain.guards import Guards, meaning_judge
from shared.domain.positions import Placer, place_edits
from shared.domain.suggestions import DropReason, Edit, as_json
from shared.domain.text import OffsetEncoding, OffsetMap, Span

FLAG_F, FLAG_R = "\U0001f1eb", "\U0001f1f7"


def edit(original, suggested="else", **more):
    return Edit(original, suggested, **more)


def place(content, *edits, limit=20):
    return place_edits(content, Span(0, len(content)), edits, limit)


def places(placement):
    return [(one.span.start, one.span.end) for one in placement.suggestions]


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


class TestGuarded:
    CONTENT = "see {{name}} and the big, big plan of 1984"

    def place(self, *edits, judges=()):
        guards = Guards((Span(4, 12),), judges)
        placer = Placer(self.CONTENT, Span(0, 37), 1, guards)
        return [placer.place(one) for one in edits]

    def test_it_drops_what_changes_something_protected(self):
        broken = edit("see {{name}} and", "see {{NAME}} and")
        (found, other) = self.place(broken, edit("see {{name}} and", "meet {{name}} and"))

        assert found is DropReason.PROTECTED
        assert (other.original, other.suggested) == ("see", "meet")

    def test_it_asks_the_judges_about_the_trimmed_change(self):
        asked = []
        judge = meaning_judge(lambda *change: asked.append(change) or {"number"}, drops=False)
        (found,) = self.place(edit("plan of", "scheme of"), judges=(judge,))

        assert asked == [(Span(30, 34), "scheme")]
        assert (found.original, found.flags) == ("plan", ("number",))

    def test_it_leaves_out_alternatives_that_are_worse_than_the_suggestion(self):
        kinds = {"one": {"number"}, "many": {"name"}, "2": {"number"}, "few": ()}
        judge = meaning_judge(lambda _, text: kinds[text], drops=False)
        (found,) = self.place(
            edit("plan", "one", alternatives=("many", "2", "few")), judges=(judge,)
        )

        assert found.alternatives == ("2", "few")

    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            (("none {{x}}", "\ud83d"), "INVALID_TEXT"),
            (("none {{x}}", "none {{x}}"), "NO_CHANGE"),
            (("none {{x}}", ""), "QUOTE_NOT_FOUND"),
            (("1984", ""), "OUTSIDE_SELECTION"),
            (("big", ""), "AMBIGUOUS"),
            (("{{name}} and", "no"), "PROTECTED"),
            (("see", "bad"), "MEANING"),
            (("see", "\u0301"), "OVERLAP"),
            (("and", "\u0301"), "MERGES_GRAPHEME"),
            (("and", "or"), "LIMIT"),
        ],
    )
    def test_it_gives_the_first_reason_of_a_fixed_order(self, change, reason):
        judge = meaning_judge(lambda _, text: {"name"} if text == "bad" else (), drops=True)

        assert self.place(edit("see", "meet"), edit(*change), judges=(judge,))[1] == reason


class TestSuggestions:
    def test_it_keeps_edits_whose_quotes_overlap_but_whose_changes_do_not(self):
        first, second = edit("the big plan", "the large plan"), edit("plan is bad", "plan was bad")
        placement = place("the big plan is bad", first, second)

        assert places(placement) == [(4, 7), (13, 15)]

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
        flagged = replace(one, flags=("number",))

        anchor = {"exact": "big", "prefix": "\U0001f600 The ", "suffix": " advantage"}
        assert list(as_json(one, OffsetMap(content, OffsetEncoding.UTF16)).items()) == [
            *[("id", "sg_1"), ("original", "big"), ("suggested", "else")],
            *[("start", 7), ("end", 10), ("explanation", ""), ("alternatives", ["vast"])],
            *[("category", "tone"), ("anchor", anchor), ("state", "pending")],
        ]
        assert as_json(flagged, OffsetMap(content, OffsetEncoding.UTF16))["flags"] == ["number"]
