import pytest
from copydesk import PlacementError, apply_suggestions
from copydesk.models.suggestions import Suggestion
from hypothesis import given
from hypothesis import strategies as st

WIDTHS = {"utf-16": ("utf-16-le", 2), "codepoint": ("utf-32-le", 4), "utf-8": ("utf-8", 1)}


def edit(number, original, suggested, start, end):
    return Suggestion(f"sg_{number}", original, suggested, start, end)


def counted(text, encoding):
    codec, width = WIDTHS[encoding]
    return len(text.encode(codec)) // width


class TestApplySuggestions:
    def test_it_puts_all_in_whatever_their_order(self):
        edits = [edit(2, "plan", "scheme", 8, 12), edit(1, "big", "vast", 4, 7)]

        assert apply_suggestions("The big plan", edits) == "The vast scheme"

    @pytest.mark.parametrize("encoding", WIDTHS)
    @given(
        parts=st.lists(st.tuples(*[st.text(max_size=4)] * 3), max_size=5),
        tail=st.text(max_size=4),
    )
    def test_it_counts_in_the_unit_it_is_told(self, encoding, parts, tail):
        text, expected, edits = "", "", []
        for number, (kept, original, suggested) in enumerate(parts):
            start = counted(text + kept, encoding)
            text += kept + original
            edits.append(edit(number, original, suggested, start, counted(text, encoding)))
            expected += kept + suggested

        assert apply_suggestions(text + tail, edits, encoding) == expected + tail

    @pytest.mark.parametrize(
        "edits",
        [
            [edit(1, "big", "vast", 3, 6)],
            [edit(1, "big", "vast", 4, 8)],
            [edit(1, "big", "vast", 40, 43)],
            [edit(1, "", "x", 40, 40)],
            [edit(1, "", "x", -3, -3)],
            [edit(1, "big pl", "vast", 4, 10), edit(2, "plan", "scheme", 8, 12)],
        ],
        ids=["moved", "too long", "behind the end", "at no place", "negative", "overlapping"],
    )
    def test_what_does_not_fit_is_refused(self, edits):
        with pytest.raises(PlacementError, match="sg_"):
            apply_suggestions("The big plan", edits)

    def test_another_unit_is_noticed(self):
        with pytest.raises(PlacementError):
            apply_suggestions("🎉🎉 big plan", [edit(1, "big", "vast", 5, 8)], "codepoint")

    @pytest.mark.parametrize("encoding", ["utf-16", "utf-8"])
    def test_nothing_is_put_into_a_character(self, encoding):
        with pytest.raises(PlacementError, match="splits"):
            apply_suggestions("🎉", [edit(1, "", "x", 1, 1)], encoding)

    def test_the_refusal_does_not_show_the_text(self):
        with pytest.raises(PlacementError) as refused:
            apply_suggestions("The secret", [edit(1, "hidden", "x", 4, 10)])

        assert not {"secret", "hidden"} & set(str(refused.value).split())
