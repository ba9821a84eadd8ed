import itertools
import zipfile
from io import BytesIO

import pytest

from shared.domain.files.formats import FileFormat
from shared.errors import OverloadedError, PayloadTooLargeError, RequestInvalidError
from web.services.cage import Cage
from web.services.conversions import Converter

TEXT, MARKDOWN, HTML, DOCX = FileFormat

# Written as the writer of Markdown writes it, so that what comes back may be compared.
RICH = """\
# Überschrift

Some *emphasis*, **strong**, `code`, ~~gone~~ and a [link](https://example.org/a?b=1&c=2).

## Lists

- one
- two
  - nested

1.  first
2.  second

- [ ] to do
- [x] done

> A quotation.

| Name | Number |
|------|-------:|
| a    |      1 |

``` python
def f():
\treturn "<b>"
```

Hebrew שלום, Arabic مرحبا, Chinese 你好, 😄👩‍👩‍👧, é and 5 \\* 3 \\< 16.[^1]

[^1]: A note.
"""


@pytest.fixture(scope="module")
def converter():
    return Converter(Cage())


def through(converter, text, *formats):
    content = text.encode()
    for source, target in itertools.pairwise(formats):
        content = converter.convert(BytesIO(content).getvalue, source, target)
    return content.decode()


class TestRoundTrip:
    def test_html_keeps_all_of_markdown(self, converter):
        assert through(converter, RICH, MARKDOWN, HTML, MARKDOWN) == RICH

    def test_docx_keeps_all_but_the_language_of_code(self, converter):
        back = through(converter, RICH, MARKDOWN, DOCX, MARKDOWN)

        assert back == RICH.replace(
            '``` python\ndef f():\n\treturn "<b>"\n```', '    def f():\n    \treturn "<b>"'
        )

    @pytest.mark.parametrize("first", [HTML, DOCX])
    @pytest.mark.parametrize("second", [HTML, DOCX])
    def test_any_way_says_the_same_in_the_end(self, converter, first, second):
        once = through(converter, RICH, MARKDOWN, DOCX, HTML)
        again = through(converter, RICH, MARKDOWN, first, second, DOCX, HTML)

        assert again == once

    @pytest.mark.parametrize("between", [MARKDOWN, HTML, DOCX])
    @pytest.mark.parametrize(
        "text",
        [
            "One line.\n",
            "Two\nlines\n\nand a *star* _here_, 1. not a list\n",
            "# no heading\n\n- no list\n\n<b>no tag</b> &amp; [no](link) `x` $5 ~a~ :smile:\n",
            "שלום עולם\n\n你好,世界 😄👩‍👩‍👧\n\nCaf\u00e9 ﬁ\n",
        ],
    )
    def test_plain_text_comes_back(self, converter, between, text):
        assert through(converter, text, TEXT, between, TEXT) == text

    def test_ends_of_lines_are_ends_of_lines(self, converter):
        assert through(converter, "a\r\nb\r\rc\n\n\n\nd", TEXT, HTML) == (
            "<p>a<br />\nb</p>\n<p>c</p>\n<p>d</p>"
        )

    @pytest.mark.parametrize("kind", [TEXT, MARKDOWN])
    def test_one_format_is_not_touched(self, converter, kind):
        assert through(converter, "a\r\n  b\t*c* <b>\n\n\n", kind, kind) == (
            "a\r\n  b\t*c* <b>\n\n\n"
        )

    def test_a_table_that_markdown_has_no_signs_for_is_not_lost(self, converter):
        table = '<table><tr><td colspan="2"><ul><li>a</li></ul></td></tr><tr><td>b<td>c</table>'
        markdown = through(converter, table, HTML, MARKDOWN)
        text = through(converter, markdown, MARKDOWN, DOCX, TEXT)

        assert all(word in text for word in "abc")

    def test_the_same_text_makes_the_same_file(self, converter):
        assert len({converter.convert(lambda: b"# A", MARKDOWN, DOCX) for _ in range(2)}) == 1


class TestBounds:
    @pytest.mark.parametrize(
        ("content", "source"),
        [
            (b"<div>" * 100_000, HTML),
            (b"".join(b"<b a=%d>" % n for n in range(900)) + b"<p>x" * 90_000, HTML),
        ],
    )
    def test_what_costs_too_much_is_ended(self, converter, content, source):
        with pytest.raises(PayloadTooLargeError):
            converter.convert(lambda: content, source, MARKDOWN)

    def test_a_damaged_docx_is_told_from_a_long_one(self, converter):
        broken = BytesIO()
        with zipfile.ZipFile(broken, "w") as package:
            package.writestr("word/document.xml", "<w:document")

        with pytest.raises(RequestInvalidError):
            converter.convert(broken.getvalue, DOCX, MARKDOWN)

    def test_what_waits_for_a_place_is_not_read(self):
        cage = Cage(at_once=1, patience_s=0.01)
        waiting = BytesIO(b"a")
        with cage.place(), pytest.raises(OverloadedError):
            Converter(cage).convert(waiting.read, MARKDOWN, HTML)

        assert waiting.read() == b"a"

    def test_no_more_than_a_few_at_once(self):
        cage = Cage(at_once=1, patience_s=0.01)
        with cage.place(), pytest.raises(OverloadedError) as refused:
            Converter(cage).convert(lambda: b"a", MARKDOWN, HTML)

        assert refused.value.retry_after_ms == 5000
        assert Converter(cage).convert(lambda: b"a", MARKDOWN, HTML) == b"<p>a</p>\n"
