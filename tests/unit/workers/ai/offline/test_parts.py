import pytest

from shared.domain.text import Span
from workers.ai.offline.findings import Finding, settle
from workers.ai.offline.passages import MAX_LENGTH, passages
from workers.ai.offline.quoting import as_edit
from workers.ai.offline.shields import Shields


def finding(start, end, suggested="else"):
    return Finding(Span(start, end), suggested, "because", "tone")


class TestPassages:
    def texts(self, content, within=None):
        areas = passages(content, within or Span(0, len(content)))
        return [area.of(content) for area in areas]

    @pytest.mark.parametrize("gap", ["\n\n", "\r\n\r\n", "\n \t\n", "\n\n\n"])
    def test_a_blank_line_parts_them(self, gap):
        assert [one.strip() for one in self.texts(f"One.{gap}Two.")] == ["One.", "Two."]

    def test_one_line_break_parts_nothing(self):
        assert self.texts("One\nand two.") == ["One\nand two."]

    def test_only_those_that_touch_the_selection_are_given(self):
        assert self.texts("One.\n\nTwo.\n\nThree.", Span(7, 8)) == ["Two."]

    @pytest.mark.parametrize("unit", ["It is so. ", "word ", "x"])
    def test_long_ones_are_cut_and_nothing_is_lost(self, unit):
        content = unit * 2000
        texts = self.texts(content)

        assert "".join(texts) == content
        assert all(len(text) <= MAX_LENGTH for text in texts)

    def test_they_are_cut_behind_a_sentence(self):
        assert all(text.endswith(". ") for text in self.texts("It is so. " * 1000))


class TestShields:
    @pytest.mark.parametrize(
        "token",
        ["camelCase", "snake_case", "a@example.org", "https://x.org", "/usr/lib", "v2", "x" * 31],
    )
    def test_code_is_covered(self, token):
        content = f"see {token} now"
        shields = Shields(content)

        assert shields.cover(Span(4, 4 + len(token)))
        assert not shields.cover(Span(0, 3))
        assert not shields.cover(Span(len(content) - 3, len(content)))

    def test_a_span_that_only_touches_is_free(self):
        shields = Shields('a "b" c')

        assert shields.cover(Span(0, 3))
        assert not shields.cover(Span(0, 2))
        assert not shields.cover(Span(5, 7))


class TestSettle:
    def test_of_two_that_overlap_the_first_given_stays(self):
        kept = settle([finding(4, 9), finding(0, 2), finding(8, 12), finding(1, 3)])

        assert [one.span for one in kept] == [Span(0, 2), Span(4, 9)]


class TestAsEdit:
    def test_the_context_is_made_of_whole_words(self):
        content = "alpha " * 20 + "here " + "omega " * 20
        edit = as_edit(content, finding(120, 124))

        assert edit.original == "here"
        assert edit.before == "alpha " * 6
        assert edit.after == " " + " ".join(["omega"] * 6)

    def test_it_reaches_farther_where_the_quote_has_a_twin(self):
        content = "One. " + "We met here again and again, as ever, and so it was. " * 2
        edit = as_edit(content, finding(12, 16))

        assert content.count(edit.before + edit.original + edit.after) == 1

    def test_it_ends_with_the_text(self):
        assert as_edit("big plan", finding(0, 3)).before == ""
        assert as_edit("big plan", finding(4, 8)).after == ""
