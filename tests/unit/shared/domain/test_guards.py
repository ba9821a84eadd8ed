import pytest

from shared.domain.guards import Guards, Judgement, ProtectedText, markup_judge, meaning_judge
from shared.domain.suggestions import DropReason
from shared.domain.text import Span

PLACE = Span(0, 3)


def kinds(*found):
    return lambda span, suggested: frozenset(found)


class TestProtectedText:
    TEXT = ProtectedText("a {{n}} or `c` or {{n}}", (Span(2, 7), Span(11, 14), Span(18, 23)))

    @pytest.mark.parametrize(
        ("span", "touched"),
        [((0, 2), 0), ((7, 11), 0), ((6, 8), 1), ((3, 4), 1), ((0, 12), 2), ((0, 23), 3)],
    )
    def test_it_is_touched_by_what_overlaps_it(self, span, touched):
        assert len(self.TEXT.touched(Span(*span))) == touched

    @pytest.mark.parametrize(
        ("span", "suggested", "kept"),
        [
            ((0, 2), "the ", True),
            ((0, 14), "the {{n}} and `c`", True),
            ((0, 14), "{{n}} `c`", True),
            ((0, 14), "`c` or {{n}}", False),
            ((0, 14), "a {{n}} or c", False),
            ((0, 14), "a {{m}} or `c`", False),
            ((0, 14), "a {{n}} or `c` `c`", False),
            ((0, 14), "a {{n}} or `c`\u0301", False),
            ((0, 23), "a {{n}} or `c`", False),
            ((0, 23), "{{n}}{{n}}`c`", False),
            ((0, 6), "a {{n}", False),
        ],
    )
    def test_it_is_kept_whole_in_its_order_and_number(self, span, suggested, kept):
        assert self.TEXT.keeps(Span(*span), suggested) is kept

    def test_it_is_not_kept_by_a_part_of_it(self):
        assert not ProtectedText("***x", (Span(1, 3),)).keeps(Span(0, 2), "**")

    @pytest.mark.parametrize(("pieces", "kept"), [(1000, True), (1001, False)])
    def test_it_is_not_kept_by_an_edit_of_all_the_text(self, pieces, kept):
        content = "{n} " * pieces
        text = ProtectedText(content, [Span(at, at + 3) for at in range(0, 4 * pieces, 4)])

        assert text.keeps(Span(0, 4 * pieces), content + "x") is kept


class TestGuards:
    def test_they_find_nothing_where_nobody_is_asked(self):
        assert Guards().judge(PLACE, "x") == Judgement()

    def test_they_give_the_first_reason_and_else_all_flags(self):
        flags = meaning_judge(kinds("number", "date"), drops=False)
        more = meaning_judge(kinds("date", "name"), drops=False)
        no = meaning_judge(kinds("name"), drops=True)

        assert Guards(judges=(flags, more)).judge(PLACE, "x").flags == ("date", "number", "name")
        assert Guards(judges=(flags, no)).judge(PLACE, "x") == Judgement(DropReason.MEANING)

    @pytest.mark.parametrize("drops", [True, False])
    def test_meaning_is_no_matter_where_none_changes(self, drops):
        assert meaning_judge(kinds(), drops=drops)(PLACE, "x") == Judgement()

    @pytest.mark.parametrize(("suggested", "reason"), [("<b>", "PROTECTED"), ("b", None)])
    def test_markup_that_comes_in_is_refused(self, suggested, reason):
        judge = markup_judge(lambda span, text: span == PLACE and "<" in text)

        assert judge(PLACE, suggested) == Judgement(reason)
