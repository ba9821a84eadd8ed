from shared.domain.placements import SuggestionSheet
from shared.domain.prompts import Prompt
from shared.domain.proposals import Proposal, Spread, place_again
from shared.domain.suggestion_requests import SuggestionRequest
from shared.domain.suggestions import Edit
from shared.domain.text import Span, TextFormat

TEXT = "one two three four. five six seven eight."
FIRST, SECOND = Span(0, 20), Span(20, 41)


def request(limit):
    whole = Span(0, len(TEXT))
    return SuggestionRequest(TEXT, whole, TextFormat.TEXT, Prompt("Edit."), max_suggestions=limit)


def place(limit, *proposals):
    """Return the words that were placed and the reasons of those that were not, in order."""
    sheet = SuggestionSheet(request(limit))
    edits = [Proposal(Edit(word, word.upper()), part) for part, word in proposals]
    fates = list(place_again(request(limit), sheet, edits))
    return [fate.dropped or fate.suggestion["original"] for fate in fates]


class TestSpread:
    def test_an_edit_is_placed_in_its_own_part_only(self):
        assert place(9, (FIRST, "one"), (FIRST, "five"), (SECOND, "six"), (SECOND, "two")) == [
            *("one", "OUTSIDE_SELECTION", "six", "OUTSIDE_SELECTION")
        ]

    def test_what_stands_twice_in_the_text_may_stand_once_in_the_part(self):
        assert place(9, (FIRST, "e "), (SECOND, "e ")) == ["AMBIGUOUS", "e"]

    def test_no_part_uses_up_what_is_for_all(self):
        asked = [(FIRST, word) for word in ("one", "two", "three", "four")]

        assert place(4, *asked, (SECOND, "five"), (SECOND, "six")) == [
            *("one", "two", "five", "six", "LIMIT", "LIMIT")
        ]

    def test_what_had_to_wait_is_placed_when_there_is_room(self):
        asked = [(FIRST, word) for word in ("one", "two", "three", "four")]

        assert place(4, *asked, (SECOND, "five")) == ["one", "two", "five", "three", "LIMIT"]

    def test_one_part_has_all_of_it(self):
        whole = Span(0, 41)

        assert place(1, (whole, "one"), (whole, "five")) == ["one", "LIMIT"]

    def test_what_could_not_be_read_is_told_at_once(self):
        spread = Spread(SuggestionSheet(request(0)), request(0))

        assert [fate.dropped for fate in spread.add(None, FIRST)] == ["UNREADABLE"]
