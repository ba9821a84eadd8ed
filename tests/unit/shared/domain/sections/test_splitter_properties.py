from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.sections.edges import edges
from shared.domain.sections.outlines import outline
from shared.domain.sections.reading import read_blocks
from shared.domain.text import GraphemeBoundaries, Span, TextFormat
from tests.unit.shared.domain.sections.section_cases import sections

PIECES = st.sampled_from(
    [
        *("word", "Longer, and with a comma. ", "\u6f22\u5b57\u3002", "e\u0301", "\u0600"),
        *("\U0001f1e9\U0001f1ea", "\U0001f468\u200d\U0001f469", "\u0301", "\ufeff", "\u2028"),
        *("\n", "\r\n", "\r", "\n\n", " ", "\t", "# ", "## B\n", "\n===\n", "\n---\n", "> "),
        *("- ", "  - a\n", "1. ", "```\n", "    code\n", "***\n", "|a|\n|-|\n|c|\n", "$$\n", "\0"),
        *("[a]: b\n", "[^a]: b\n", "<p>", "</p>", "<div>", "</div>", "<ul><li>", "</ul>", "<h1>"),
        *("</h1>", "<pre>", "<table>", "<tr>", "<script>", "</script>", "<!--", "-->", "<hr>", "<"),
        *("&amp;", "x " * 2000, "y" * 9000),
    ]
)
TEXTS = st.lists(PIECES, min_size=1, max_size=40).map("".join)


@st.composite
def cases(draw):
    content = draw(TEXTS)
    boundaries = GraphemeBoundaries(content)
    ends = st.sampled_from([at for at in range(len(content) + 1) if at in boundaries][:3000])
    start, end = sorted((draw(ends), draw(ends)))
    within = draw(st.sampled_from([Span(0, len(content)), Span(start, end)]))
    return content, draw(st.sampled_from(TextFormat)), within


@given(cases())
def test_sections_cover_what_was_asked_for_in_order_and_once(case):
    content, format, within = case
    found = [section.span for section in sections(content, format, within)]
    starts = [within.start, *(span.end for span in found)]

    assert starts[-1] == within.end
    assert [span.start for span in found] == starts[:-1]
    assert all(span.start < span.end for span in found)


@given(cases())
def test_no_section_ends_within_a_character(case):
    content, format, within = case
    boundaries = GraphemeBoundaries(content)

    assert all(section.span.end in boundaries for section in sections(content, format, within))


@given(cases())
def test_blocks_cover_the_text_and_know_where_they_can_be_cut(case):
    content, format, _ = case
    blocks = read_blocks(content, format)
    ends = [0, *(block.span.end for block in blocks)]

    assert ends[-1] == len(content) or not blocks
    assert [block.span for block in blocks] == [Span(*pair) for pair in pairwise(ends)]
    for block in blocks:
        bounds = [block.span.start, *block.parts, block.span.end]
        assert all(one < other for one, other in pairwise(bounds))


@given(cases())
def test_edges_are_words_of_the_neighbours_and_the_outline_is_short(case):
    content, format, within = case
    found = sections(content, format, within)

    for index in range(len(found)):
        before, behind = edges(content, found, index)
        assert not before or before in found[index - 1].span.of(content)
        assert not behind or behind in found[index + 1].span.of(content)
    assert len(outline(read_blocks(content, format))) <= 2400


@given(cases())
def test_the_same_text_has_the_same_sections(case):
    content, format, within = case

    assert sections(content, format, within) == sections(content, format, within)
