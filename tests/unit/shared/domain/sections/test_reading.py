import pytest

from shared.domain.batches import MOST_SECTIONS
from shared.domain.sections.outlines import outline
from shared.domain.sections.reading import read_blocks
from shared.domain.sections.splitter import split_blocks
from shared.domain.text import Span, TextFormat
from tests.unit.shared.domain.sections.section_cases import count

MARKDOWN, HTML, TEXT = TextFormat.MARKDOWN, TextFormat.HTML, TextFormat.TEXT
# What grows with the square of the size takes minutes already.
SIZE = 300_000


class TestReadBlocks:
    @pytest.mark.parametrize(
        ("piece", "format"),
        [
            *(("a", TEXT), ("a ", TEXT), ("a\n\n", TEXT), ("\u6f22", TEXT), ("\r\n", TEXT)),
            *(("`", MARKDOWN), ("<", MARKDOWN), (">", MARKDOWN), ("[", MARKDOWN)),
            *(("# a\n", MARKDOWN), ("- a\n", MARKDOWN), ("|a", MARKDOWN), ("\n", MARKDOWN)),
            *(("<", HTML), ("<div>", HTML), ("<p>a", HTML), ("<!--", HTML), ("<a ", HTML)),
        ],
    )
    def test_it_comes_to_an_end_whatever_it_reads(self, piece, format):
        content = piece * (SIZE // len(piece))
        blocks = read_blocks(content, format)
        found = split_blocks(content, Span(0, len(content)), blocks, count)

        assert found[-1].span.end == len(content)
        assert len(found) <= MOST_SECTIONS
        assert len(outline(blocks)) <= 2400

    @pytest.mark.parametrize("piece", ["> " * 200 + "a\n", "- " * 200 + "a\n", "<div>" * 50 + "a"])
    def test_it_reads_what_is_nested_deeply(self, piece):
        content = piece * 300
        blocks = read_blocks(content, HTML if "<" in piece else MARKDOWN)

        assert blocks[-1].span.end == len(content)

    def test_it_edits_nothing_in_what_is_little_but_tags(self):
        assert not any(block.is_editable for block in read_blocks("<b>a" * 160_000, HTML))
