import random

import pytest

from shared.domain.version_diffs import compare

WORDS = ("one", "two", "caf\u00e9", "\U0001f600", "\u65e5\u672c", "a-b")
SPACES = (" ", " ", "\n", "\r\n", "\t", ".", "")


def made(old, new):
    """Return the old text with the changes made, and check that they are in order."""
    pieces, at = [], 0
    for change in compare(old, new).changes:
        assert change.old.start >= at
        pieces += [old[at : change.old.start], change.new.of(new)]
        at = change.old.end
    return "".join([*pieces, old[at:]])


class TestCompare:
    @pytest.mark.parametrize("seed", range(40))
    def test_the_changes_lead_from_one_text_to_the_other(self, seed):
        choose = random.Random(seed)
        old, new = (
            "".join(choose.choices(WORDS + SPACES, k=choose.randrange(60))) for _ in range(2)
        )

        assert made(old, new) == new

    def test_words_are_whole(self):
        (change,) = compare("A bigger plan", "A biggest plan").changes

        assert (change.old.of("A bigger plan"), change.new.of("A biggest plan")) == (
            "bigger",
            "biggest",
        )

    def test_of_the_same_text_there_are_none(self):
        assert compare("A plan", "A plan").changes == ()
        assert compare("A plan", "A plan").unified == ""

    @pytest.mark.parametrize(("old", "new"), [("", "New"), ("Old", "")])
    def test_a_text_may_be_empty(self, old, new):
        assert made(old, new) == new

    def test_texts_of_two_megabytes_are_compared(self):
        old = "".join(f"Word {n} of many. " for n in range(110_000))
        new = old.replace("Word 5000 ", "Term 5000 ").replace("Word 90000 ", "")
        found = compare(old, new)

        assert len(old) > 2_000_000
        assert [one.old.of(old).strip() for one in found.changes] == ["Word", "Word 90000"]

    def test_what_is_the_same_at_both_ends_is_left_alone(self):
        old = "A plan and a plan and a plan"
        (change,) = compare(old, "A plan and a plan").changes

        assert made(old, "A plan and a plan") == "A plan and a plan"
        assert change.old.of(old).split() == ["and", "a", "plan"]
