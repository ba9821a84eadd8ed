import pytest

from shared.domain.protection import breaks_markup, protected_spans, surroundings
from shared.domain.text import Span, TextFormat

TEXT, MARKDOWN, HTML = TextFormat.TEXT, TextFormat.MARKDOWN, TextFormat.HTML
HOSTILE = ["[", "*", "<", "`", "![](", "![", "[](", "<!--", "<a b='", "> ", "- ", "&#", "\\", "^["]


def prose(text, form):
    """Return the free stretches, without the white space around them."""
    spans = protected_spans(text, form)
    ends = [0, *(end for span in spans for end in (span.start, span.end)), len(text)]
    pieces = [text[a:b].strip() for a, b in zip(ends[::2], ends[1::2], strict=True)]
    return [piece for piece in pieces if piece]


class TestText:
    def test_it_protects_placeholders_and_addresses_and_no_sign(self):
        text = "Dear {name}, *see* <b> at https://x.y & write."

        assert prose(text, TEXT) == ["Dear", ", *see* <b> at", "& write."]


class TestMarkdown:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("a line\nand another", ["a line\nand another"]),
            ("a line\r\nand another", ["a line\r\nand another"]),
            ("a line\n  and another", ["a line", "and another"]),
            ("hard  \nbreak", ["hard", "break"]),
            ("see [this] there", ["see", "this", "there"]),
            ("see [this] there\n\n[x]: /u", ["see", "there"]),
            ("a [b] ![b] [b][] [c][b]\n\n[b]: /u", ["a", "c"]),
            ("see[a](/u)", ["se", "a"]),
            ("a < b & c", ["a", "b &", "c"]),
            ("AT&T 5*3 snake_case", ["AT&", "5", "3 snake", "case"]),
            ("| a \\| b | c |\n|-|-|\n| d |", ["c", "d"]),
            ("x <code>y *z*</code> w", ["x", "w"]),
            ("x <code>y", ["x"]),
            ("---\n\nprose\n\n---\n", ["prose"]),
            ("a\tb\n\n\tcode", ["a\tb"]),
            ("- [x] done\n- [ ] to do", ["done", "to do"]),
            ("\u00a0a\u2028", ["a"]),
        ],
    )
    def test_it_frees_what_a_reader_sees_as_words(self, text, expected):
        assert prose(text, MARKDOWN) == expected

    def test_it_gives_up_on_a_text_that_is_little_but_signs(self):
        assert protected_spans("a " + "[" * 100_001, MARKDOWN) == (Span(0, 100_003),)


class TestHtml:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("<p title='a > b' x=y>c</p>", ["c"]),
            ("a < b, c <d", ["a", "b, c"]),
            ("AT&T &copy 2020 &#x;", ["AT", "2020"]),
            ("a <!-- b > c --> d <!--> e <!x y> f <? g > h", ["a", "d", "e", "f", "h"]),
            ("a <!-- b", ["a"]),
            ("a <b title='c > d", ["a"]),
            ('a <b x="\'>c</b>" y>d', ["a", "d"]),
            ("a <pre>b <code>c</pre> d</code> e", ["a", "e"]),
            ("a <script>'<b>'</scripts></SCRIPT > b", ["a", "b"]),
            ("a <script><!-- <script> </script> b", ["a"]),
            ("a <svg><![CDATA[ </svg> > ]]></svg> b", ["a", "b"]),
            ("a <svg/> b <pre/> c", ["a", "b"]),
            ("a <plaintext> b", ["a"]),
            ("a <<b>c</b> d </> e </ f> g", ["a", "c", "d", "e", "g"]),
            ("a &# b <textarea>&lt;<p>", ["a", "b"]),
        ],
    )
    def test_it_reads_markup_as_a_browser_does(self, text, expected):
        assert prose(text, HTML) == expected


@pytest.mark.parametrize(("form", "signs"), [(MARKDOWN, "[]*<`\\"), (HTML, "<")])
@pytest.mark.parametrize("piece", HOSTILE)
def test_it_survives_hostile_text(piece, form, signs):
    assert not set("".join(prose(piece * (20_000 // len(piece)), form))) & set(signs)


class TestBreaksMarkup:
    @pytest.mark.parametrize("form", TextFormat)
    @pytest.mark.parametrize(
        ("original", "suggested"),
        [("big", "significant"), ("five", "5"), (".", "!"), (" ", "-"), ("is", ""), ("a", "a's")],
    )
    def test_it_lets_pass_what_is_only_words(self, original, suggested, form):
        assert not breaks_markup(original, suggested, form)

    @pytest.mark.parametrize("form", TextFormat)
    @pytest.mark.parametrize("suggested", ["{name}", "Dear %s", "{{x}}", "<%= a %>"])
    def test_it_refuses_new_placeholders(self, suggested, form):
        assert breaks_markup("name", suggested, form)

    @pytest.mark.parametrize(
        "suggested",
        [
            *("*word", "**word**", "`word`", "[word](/u)", "[word", "<b>word</b>", "# word"),
            *("- word", "1. word", "> word", "```\nword\n```", "word\n\nword", "a|b", "$x$"),
            *("word\nword", "https://x.y", "me@x.org", "===", "\\word", "---", "_word_", "~a~"),
            *("    word", "<!-- word -->", "word\rword"),
        ],
    )
    def test_it_refuses_new_markup_in_markdown(self, suggested):
        assert breaks_markup("word", suggested, MARKDOWN)
        assert not breaks_markup("word", suggested, TEXT)

    @pytest.mark.parametrize(
        ("text", "original", "suggested", "breaks"),
        [
            ("so **bold**ly done", "bold", "bold.", True),
            ("so **bold** it is", "bold", "bold.", False),
            ("a \u2014 b", "\u2014", "-", False),
            ("\u2014 b", "\u2014", "-", True),
            ("Five. That is all", "Five", "5", True),
            ("Take five. That is all", "five", "5", False),
            ("all of it", "all of it", "", True),
            ("a line\n...\nmore", "...", "===", True),
            ("end. \nmore", "end.", "end. ", True),
            ("- item one", "item", "thing", False),
            ("{ name }", " name ", "name", True),
        ],
    )
    def test_it_looks_at_the_line(self, text, original, suggested, breaks):
        start = text.index(original)
        span = Span(start, start + len(original))

        around = surroundings(text, span)
        assert breaks_markup(original, suggested, MARKDOWN, *around) == breaks

    @pytest.mark.parametrize(
        ("text", "original", "suggested"),
        [
            ("2 * 3\nand 4* 5", "2 * 3", "2 *3"),
            ("see [this\nword] (x)", "] (x)", "](x)"),
            ("$ 5\nand 6$ or", "$ 5", "$5"),
            ("[x]: /u\nMore words", "More words", '"More words"'),
            ("[x]:\nMore words", "More words", "Morewords"),
            ("word\na: b\n\nc\n+++\n", "word", "+++"),
            ("see www. word", ". word", ".word"),
            ("one\n\n  two", "two", "  two"),
            ("- one\ntwo\nthree", "two\nthree", "too\n3. three"),
        ],
    )
    def test_it_looks_at_the_paragraph_in_markdown(self, text, original, suggested):
        start = text.index(original)
        around = surroundings(text, Span(start, start + len(original)))

        assert breaks_markup(original, suggested, MARKDOWN, *around)
        crlf = [side.replace("\n", "\r\n") for side in (original, suggested, *around)]
        assert breaks_markup(*crlf[:2], MARKDOWN, *crlf[2:])

    def test_a_title_between_two_rules_is_no_front_matter(self):
        text = "One.\n\n---\nA big plan\n---\n"
        around = surroundings(text, Span(text.index("big"), text.index(" plan")))

        assert not breaks_markup("big", "large", MARKDOWN, *around)

    @pytest.mark.parametrize("form", TextFormat)
    @pytest.mark.parametrize(
        ("text", "original", "suggested"),
        [
            ("At https://x.y. Then go", ". Then", ".Then"),
            ("At https://x.y then", " then", "then"),
            ("At https://x.y then", "At ", "At"),
            ("To me@x.org. Then go", ". Then", ".Then"),
            ("{{ a\nb }", "}", "}}"),
        ],
    )
    def test_it_refuses_what_grows_onto_its_neighbours(self, text, original, suggested, form):
        start = text.index(original)
        around = surroundings(text, Span(start, start + len(original)))

        assert breaks_markup(original, suggested, form, *around)

    @pytest.mark.parametrize("text", ["&not in; x", "&#65 7", "&am p; b"])
    def test_it_refuses_what_makes_another_entity_in_html(self, text):
        at = text.index(" ")

        assert breaks_markup(" ", "", HTML, text[:at], text[at + 1 :])

    @pytest.mark.parametrize("suggested", ["<b>word</b>", "a < b", "R & D", "&nosuch;", "&amp"])
    def test_it_refuses_tags_and_bare_signs_in_html(self, suggested):
        assert breaks_markup("word", suggested, HTML)

    @pytest.mark.parametrize("suggested", ["R &amp; D", "&#169;", "&#xa9;", "a > b", "*word*"])
    def test_it_lets_entities_pass_in_html(self, suggested):
        assert not breaks_markup("word", suggested, HTML)
