from itertools import pairwise

import pytest

from shared.domain.sections.stretches import LARGEST_TOKENS, SECTION_TOKENS
from shared.domain.text import Span, TextFormat
from tests.unit.shared.domain.sections.section_cases import count, sections, texts
from tests.unit.shared.domain.sections.writing import Writer

TEXT, HTML = TextFormat.TEXT, TextFormat.HTML


def tokens(content):
    return [count([text])[0] for text in texts(content)]


class TestSections:
    def test_it_begins_one_with_each_heading(self):
        writer = Writer(1)
        pieces = [f"## {writer.sentence()}\n\n{writer.words(83)}\n\n" for _ in range(300)]

        assert texts("".join(pieces)) == pieces

    def test_it_joins_a_heading_without_body_with_what_follows(self):
        pieces = ["before\n\n", "# A\n\n## B\n\ntext\n\n", "## C\n\n***\n\n", "# D\n\n## E\n"]

        assert texts("".join(pieces)) == pieces

    def test_it_takes_what_is_no_heading_for_none(self):
        content = "# A\n\n> # B\n\n```\n# C\n```\n\n- # D\n\n    # E\n"

        assert texts(content) == [content]

    def test_it_tells_what_nobody_edits(self):
        content = "---\na: b\n---\n# A\n\ntext\n\n"

        assert [one.is_editable for one in sections(content)] == [False, True]
        assert [one.is_editable for one in sections("```\na\n```\n\n***\n")] == [False]
        assert [one.is_editable for one in sections(" \n\t\n")] == [False]

    def test_it_finds_nothing_in_nothing(self):
        assert sections("") == sections("text", within=Span(2, 2)) == ()

    def test_it_keeps_to_what_was_asked_for(self):
        content = "# A\r\n\r\none two\r\n\r\n# B\r\n\r\nthree"

        assert texts(content, within=Span(7, 23)) == ["one two\r\n\r\n", "# B\r\n"]


class TestLongChapters:
    def test_it_cuts_between_paragraphs_within_the_budget(self):
        writer = Writer(2)
        paragraphs = [f"{writer.paragraph()}\n\n" for _ in range(100)]
        content = "".join(paragraphs)
        starts = {sum(map(len, paragraphs[:number])) for number in range(100)}

        assert {one.span.start for one in sections(content)} <= starts
        assert max(tokens(content)) <= SECTION_TOKENS

    @pytest.mark.parametrize("sizes", [(3, 2), (30, 20), (10, 50)])
    def test_it_leaves_lists_and_tables_whole_where_they_fit(self, sizes):
        writer = Writer(3)
        blocks = [writer.list_of(sizes[0]), writer.table_of(sizes[1]), writer.paragraph()] * 8
        found = texts("\n\n".join(blocks))

        assert all(any(block in text for text in found) for block in blocks)

    def test_it_cuts_a_large_list_between_items_and_a_table_between_rows(self):
        writer = Writer(4)
        for block in (writer.list_of(300), writer.table_of(300)):
            found = texts(block)

            assert len(found) > 2
            assert all(text[:2] in ("- ", "| ") for text in found)

    def test_it_leaves_code_alone_and_apart_where_it_is_large(self):
        code = "```\n" + "x = 1\n" * 2000 + "```\n"
        found = sections(f"# A\n\none\n\n{code}\ntwo\n")

        assert [one.is_editable for one in found] == [True, False, True]

    def test_it_cuts_a_large_paragraph_between_sentences_behind_its_heading(self):
        content = f"# A\n\n## B\n\n{Writer(5).paragraph(300)}\n"
        found = texts(content)

        assert found[0].startswith("# A\n\n## B\n\n")
        assert all(text.endswith((". ", ".\n")) for text in found)
        assert max(tokens(content)) <= LARGEST_TOKENS

    @pytest.mark.parametrize("format", [*TextFormat])
    def test_it_cuts_what_has_no_places_to_cut_but_no_character(self, format):
        sign = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
        found = texts(f"word{sign * 3000}", format)

        assert len(found) > 1
        assert all(text.removeprefix("word") == sign * text.count(sign) for text in found)

    def test_it_joins_neighbours_where_there_are_too_many(self):
        content = "".join(f"# {number}\n\ntext\n\n" for number in range(6000))
        found = sections(content)

        assert len(found) == 5000
        assert (found[0].span.start, found[-1].span.end) == (0, len(content))
        assert all(one.span.end == other.span.start for one, other in pairwise(found))
