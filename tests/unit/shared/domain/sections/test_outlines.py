import pytest

from shared.domain.sections.outlines import outline, title_of
from shared.domain.sections.reading import read_blocks
from shared.domain.text import TextFormat
from tests.unit.shared.domain.sections.section_cases import MARKDOWN


def outline_of(content):
    return outline(read_blocks(content, MARKDOWN))


def title(content, format=MARKDOWN):
    return title_of(content, read_blocks(content, format))


class TestOutline:
    def test_it_indents_headings_by_their_level(self):
        assert outline_of("## A\n\ntext\n\n### B\n\n##\n\n## C\n") == "A\n  B\nC"

    def test_it_is_empty_without_headings(self):
        assert outline_of("text") == ""

    def test_it_leaves_out_low_levels_first(self):
        found = outline_of("# A\n" + "## Chapter\n### Part\n" * 200 + "# B\n")

        assert found.splitlines() == ["A", *["  Chapter"] * 200, "B"]

    def test_it_leaves_out_the_middle_at_last(self):
        found = outline_of("".join(f"# Heading {number}\n" for number in range(1000))).splitlines()

        assert (found[0], found[-1]) == ("Heading 0", "Heading 999")
        assert found.count("\u2026") == 1
        assert 2200 < len("\n".join(found)) <= 2400

    def test_it_stays_short_with_long_headings(self):
        assert len(outline_of(f"# {'word ' * 1000}\n" * 100)) <= 2400


class TestTitleOf:
    @pytest.mark.parametrize(
        ("content", "expected"),
        [
            ("## A\n\n# B *c*\n\n# D", "B c"),
            ('---\nauthor: x\ntitle: "A: b"\n---\n# C', "A: b"),
            ("+++\r\ntitle = 'A'\r\n+++\r\n# C", "A"),
            ("---\nauthor: x\ntitle:\n---\n# C", "C"),
            ("text\n\n## A\n\ntitle: x", ""),
            ("", ""),
        ],
    )
    def test_it_finds_what_the_document_calls_itself(self, content, expected):
        assert title(content) == expected

    def test_it_reads_html(self):
        assert title("<h2>A</h2><h1>B <b>c</b></h1>", TextFormat.HTML) == "B c"
