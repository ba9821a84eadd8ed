import pytest

from tests.unit.shared.domain.sections.section_cases import blocks, editable, headings, parts


def kinds(content):
    return [kind for kind, _ in blocks(content)]


class TestMarkdownBlocks:
    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    def test_it_finds_each_kind_by_place(self, end):
        pieces = {
            "front matter": "---\ntitle: A\n---\n",
            "heading": "# A\n",
            "paragraph": "text\nof two lines\n\n",
            "list": "- a\n  - b\n\n  c\n",
            "quote": "> # a\n> b\nlazy\n\n",
            "code": "```\n# a\n\n```\n",
            "rule": "***\n",
            "table": "|a|\n|-|\n|b|\n\n",
            "html": "<div>\n# a\n</div>\n\n",
            "definition": "[a]: http://a.b\n",
        }
        pieces = {kind: text.replace("\n", end) for kind, text in pieces.items()}

        assert blocks("".join(pieces.values())) == [*pieces.items()]

    @pytest.mark.parametrize(
        ("content", "found"),
        [
            ("# A #\n## B\n####### C\n#D", [(1, "A"), (2, "B")]),
            ("A\n===\nB\nb\n---\n", [(1, "A"), (2, "B b")]),
            ("> # A\n\n- # B\n\n1. C\n   ===\n", []),
            ("```\n# A\n```\n\n    # B\n\n~~~\n# C", []),
            ("<!--\n# A\n-->\n\n<pre>\n\n# B\n\n</pre>\n<script>\n\n# C\n\n</script>", []),
            ("<div>\n# A\n\n# B", [(1, "B")]),
            ("\\# A\n\n#\tB\n#\n", [(1, "B"), (1, "")]),
            ("---\n# A\n---\n# B", [(1, "B")]),
        ],
    )
    def test_it_takes_for_headings_what_its_reader_does(self, content, found):
        assert headings(content) == found

    def test_it_reads_headings_as_plain_text(self):
        content = "# **A** `b_c` [d](http://e) ![f](g) _h_ snake_case &amp; <b>i</b> \\* \U0001f600"

        assert headings(content) == [(1, "A b_c d f h snake_case & i * \U0001f600")]

    def test_it_finds_definitions_between_blocks_and_footnotes_with_words(self):
        content = "a\n\n[b]: c\n[d]: e\n\nf\n\n[^g]: note\n    more\n"

        assert kinds(content) == ["paragraph", "definition", "paragraph", "paragraph"]
        assert editable(content) == ["a\n\n", "f\n\n", "[^g]: note\n    more\n"]

    def test_it_knows_where_lists_and_tables_can_be_cut(self):
        assert parts("- a\n  - b\n- c\n\n1. d\n2. e\n") == ["- c\n", "2. e"]
        assert parts("|a|\n|-|\n|b|\n|c|\n") == ["|b|\n", "|c|\n"]

    def test_it_edits_no_code_rules_or_front_matter(self):
        content = "---\na: b\n---\n    code\n\n***\n\n<p>html</p>\n\n$$\nx\n$$\n- ```\n  code"

        assert editable(content) == []

    def test_it_reads_what_has_no_end(self):
        assert blocks("a\n```\nb\n\nc") == [("paragraph", "a\n"), ("code", "```\nb\n\nc")]
        assert blocks("<!-- a\n\n# b") == [("html", "<!-- a\n\n# b")]

    def test_it_keeps_to_the_text_whatever_stands_in_it(self):
        content = "\ufeff# A\0\U0001f468\u200d\U0001f469\n\n\tcode\te\u0301\u2028x\x0c\n\ny\x85"

        assert "".join(text for _, text in blocks(content)) == content
