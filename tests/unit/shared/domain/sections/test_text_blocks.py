import pytest

from shared.domain.text import TextFormat
from tests.unit.shared.domain.sections.section_cases import blocks, editable

TEXT = TextFormat.TEXT


class TestTextBlocks:
    @pytest.mark.parametrize("blank", ["\n\n", "\r\n\r\n", "\r\r", "\n \t\n\n", "\r\n\u3000\r\n"])
    def test_it_parts_paragraphs_at_blank_lines(self, blank):
        content = f"one\r\nline{blank}two"

        assert blocks(content, TEXT) == [("paragraph", f"one\r\nline{blank}"), ("paragraph", "two")]

    def test_it_gives_the_space_in_front_to_the_first_paragraph(self):
        assert blocks("\ufeff\n\n one\n\n", TEXT)[0][1] == "\ufeff\n\n"
        assert blocks("\n\n one\n\n", TEXT) == [("paragraph", "\n\n one\n\n")]

    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028"])
    def test_it_takes_one_line_end_as_none(self, end):
        assert blocks(f"a{end}b", TEXT) == [("paragraph", f"a{end}b")]

    def test_it_knows_what_has_no_words(self):
        assert editable("* * *\n\n-----\n\n\U0001f44d\n\nword\n\n\u8a9e", TEXT) == [
            "word\n\n",
            "\u8a9e",
        ]

    @pytest.mark.parametrize("content", ["", " \n\n\t", "\r\n" * 3])
    def test_it_finds_none_in_blank_space(self, content):
        assert blocks(content, TEXT) == []

    def test_it_takes_some_together_where_they_are_far_too_many(self):
        found = blocks("a\n\n" * 70_000, TEXT)

        assert "".join(text for _, text in found) == "a\n\n" * 70_000
        assert len(found) < 1000
