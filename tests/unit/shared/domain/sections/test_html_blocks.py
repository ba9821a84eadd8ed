import pytest

from shared.domain.text import TextFormat
from tests.unit.shared.domain.sections.section_cases import blocks as read
from tests.unit.shared.domain.sections.section_cases import editable, headings, parts

HTML = TextFormat.HTML


def blocks(content):
    return read(content, HTML)


class TestHtmlBlocks:
    def test_it_finds_blocks_in_elements_that_only_group(self):
        pieces = [
            ("html", "<!DOCTYPE html>\n"),
            ("paragraph", "<html><head><title>T</title>"),
            ("html", "<style>p{}</style></head>"),
            ("heading", "<body><div class='a'>\n<h1>A</h1>\n"),
            ("paragraph", "<article><p>b</p></article>"),
            ("list", "<ul><li>c<ul><li>d</ul></ul>"),
            ("code", "<pre>\n<p># e</pre>"),
            ("quote", "<blockquote><h2>f</h2><p>g</blockquote>"),
            ("rule", "<hr>"),
            ("table", "<table><tr><td><p>h</table></div>"),
            ("html", "<!-- <p>j -->"),
            ("paragraph", "loose <b>i</b><!-- k -->"),
            ("html", "<script>'<p>l'</script></body></html>"),
        ]

        assert blocks("".join(text for _, text in pieces)) == pieces

    def test_it_ends_short_elements_where_the_next_begins(self):
        assert blocks("<p>a<p>b<h1>c<p>d<div>e") == [
            ("paragraph", "<p>a"),
            ("paragraph", "<p>b"),
            ("heading", "<h1>c"),
            ("paragraph", "<p>d"),
            ("paragraph", "<div>e"),
        ]

    def test_it_ends_a_list_with_what_it_stands_in(self):
        assert blocks("<div><ul><li>a</div><h1>b</h1>") == [
            ("list", "<div><ul><li>a</div>"),
            ("heading", "<h1>b</h1>"),
        ]

    @pytest.mark.parametrize("tail", ["<p title='", "<!-- b", "<script>b", "<pre>b", "<table>b"])
    def test_it_reads_what_has_no_end(self, tail):
        found = blocks(f"<p>a</p>{tail}<h1>c</h1>")

        assert [text for _, text in found] == ["<p>a</p>", f"{tail}<h1>c</h1>"]

    def test_it_reads_headings_as_plain_text(self):
        content = "<h1>A <b>b</b>\n&amp; <code>c</code></h1><blockquote><h2>d</blockquote><h6></h6>"

        assert headings(content, HTML) == [(1, "A b & c"), (6, "")]

    def test_it_knows_where_lists_and_tables_can_be_cut(self):
        assert parts("<ul><li>a<li>b<ul><li>c<li>d</ul></ul>", HTML) == ["<li>"]
        assert len(parts("<table><tr><td>a<tr><td>b<tr><td>c</table>", HTML)) == 2

    def test_it_edits_words_alone(self):
        content = "<p>&nbsp;</p><pre>a</pre><p><code>b</code></p><p><svg><text>c</svg></p><p>d</p>"

        assert editable(content, HTML) == ["<p>d</p>"]

    def test_it_tears_no_character(self):
        assert blocks("<p>a</p>\u0301b<p>c</p>") == [
            ("paragraph", "<p>a</p>\u0301b"),
            ("paragraph", "<p>c</p>"),
        ]
