import socket
import struct
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import psutil
import pytest

from tests.document_client import create, fault, page, path
from tests.docx import STYLES, document_xml, docx, paragraph, relationship
from tests.file_client import DOCX_TYPE, export, import_file, imported
from tests.stack import until

MEGABYTE = 1024 * 1024
_LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
_LOL = f'<!DOCTYPE x [<!ENTITY a0 "ha">{_LAUGHS}]>'
_FILE = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>'


class TestHtml:
    @pytest.mark.parametrize(
        "html",
        [
            "<script>bad()</script>",
            '<p onclick="bad()">a</p>',
            '<a href="javascript:bad()">a</a>',
            '<a href=" java\tscript:bad()">a</a>',
            '<p style="background:url(//bad)">a</p><style>bad</style>',
            '<svg><script>bad()</script></svg><math><mi xlink:href="javascript:bad()">',
            '<iframe src="//bad"></iframe><object data="//bad"></object><embed src="//bad">',
            '<form action="//bad"><input name="bad" onfocus="bad()"></form>',
            '<noscript><p title="</noscript><img src=x onerror=bad()>">',
            '<base href="//bad"><meta http-equiv="refresh" content="0;url=//bad">',
            '<img src="data:text/html,bad"><a href="data:text/html,bad">x</a>',
            "<title>bad</title><!-- bad --><![CDATA[bad]]>",
            '<p id="bad" class="bad" role="bad" name="bad">a</p>',
        ],
    )
    def test_what_acts_is_gone_in_and_out(self, writer, html):
        made = imported(writer, "a.html", html, "text/html")
        stored = create(writer, html, format="html")
        as_markdown = create(writer, html, format="markdown")

        assert "bad" not in made["content"]
        assert "bad" not in export(writer, stored, "html").text
        assert "bad()" not in export(writer, as_markdown, "html").text

    @pytest.mark.parametrize(
        "html",
        ["<div>" * 100_000, "<b><i>" * 50_000, "<table><tr><td>" * 30_000, "<a href=x>" * 60_000],
    )
    def test_a_bomb_ends_nobody_else(self, writer, other_writer, stack, html):
        answer = import_file(writer, "a.html", html, "text/html", format="markdown")

        assert answer.status_code == 201 or fault(answer) == (413, "PAYLOAD_TOO_LARGE")
        assert page(other_writer)["documents"] == []
        until(lambda: not _caged(stack), lambda: _caged(stack))


class TestDocx:
    @pytest.mark.parametrize(
        "document",
        [
            document_xml(paragraph("&a9;"), _HEAD + _LOL),
            document_xml(paragraph("&e;"), _HEAD + _FILE),
            document_xml(paragraph("x")).replace("UTF-8", "UTF-16").encode("utf-16"),
            document_xml(paragraph("x"), _HEAD.replace("UTF-8", "UTF-7")),
            "no XML",
            "",
        ],
    )
    def test_hostile_xml_is_refused(self, writer, document):
        answer = import_file(writer, "a.docx", docx(document), DOCX_TYPE)

        assert fault(answer) == (400, "VALIDATION_ERROR")

    def test_a_bomb_is_refused(self, writer):
        bomb = docx(document_xml(paragraph(" " * 60 * MEGABYTE)))

        assert len(bomb) < MEGABYTE
        assert fault(import_file(writer, "a.docx", bomb, DOCX_TYPE)) == (413, "PAYLOAD_TOO_LARGE")

    def test_a_bomb_that_lies_about_its_size_is_refused(self, writer):
        bomb = docx(document_xml(paragraph(" " * 30 * MEGABYTE)))
        size = struct.pack("<I", len(document_xml(paragraph(" " * 30 * MEGABYTE))))
        answer = import_file(writer, "a.docx", bomb.replace(size, b"\x10\0\0\0"), DOCX_TYPE)

        assert answer.status_code in (400, 413)

    def test_ten_thousand_parts_are_refused(self, writer):
        many = {f"word__media__{n}.png": b"" for n in range(10_000)}
        answer = import_file(writer, "a.docx", docx(document_xml(""), **many), DOCX_TYPE)

        assert fault(answer) == (413, "PAYLOAD_TOO_LARGE")

    def test_what_is_not_text_is_not_kept(self, writer):
        link = '<w:hyperlink r:id="rId9"><w:r><w:t>click</w:t></w:r></w:hyperlink>'
        body = paragraph("A title", "Title") + paragraph("Words") + f"<w:p>{link}</w:p>"
        links = relationship("rId9", "hyperlink", "javascript:bad()")
        links += relationship("rId8", "attachedTemplate", "http://127.0.0.1:9/bad.dotm")
        more = {"word__vbaProject.bin": b"bad", "word__styles.xml": STYLES}
        packed = docx(document_xml(body), links=links, **more)
        made = imported(writer, "a.docx", packed, DOCX_TYPE)

        assert made["content"] == "# A title\n\nWords\n\nclick\n"

    def test_parts_whose_names_lead_elsewhere_lead_nowhere(self, writer):
        packed = docx(document_xml(paragraph("Words")), **{"..__..__..__tmp__bad.xml": "bad"})

        assert imported(writer, "a.docx", packed, DOCX_TYPE)["content"] == "Words\n"


class TestOthers:
    def test_they_are_served_while_something_is_converted(self, writer, other_writer, stack):
        made = create(writer, ">" * 6_000 + " x", format="markdown")
        with ThreadPoolExecutor(1) as pool:
            slow = pool.submit(writer.http.get, path(made, "/export?format=html"))
            (caged, *_) = until(lambda: _caged(stack), stack.logs)
            caged.suspend()  # however soon it would be done
            try:
                listed, is_running = page(other_writer)["documents"], not slow.done()
            finally:
                caged.resume()

            assert (listed, is_running) == ([], True)
            assert slow.result().status_code in (200, 413)

    def test_no_word_of_a_file_is_logged(self, writer, stack):
        word = "Geheimwort"
        file = docx(document_xml(paragraph(word)))
        made = imported(writer, f"{word}.docx", file, DOCX_TYPE, tags=[word])
        export(writer, made, "docx")
        import_file(writer, f"{word}.docx", docx(word), DOCX_TYPE, title=word)
        import_file(writer, f"{word}.{word}", word, f"text/{word}")

        assert word not in stack.logs()


class TestExport:
    @pytest.mark.parametrize("wanted", ["docx", "html", "text"])
    def test_no_file_of_the_server_gets_into_it(self, writer, wanted):
        text = "![a](/etc/passwd) ![b](file:///etc/passwd)\n\n<img src='/etc/passwd'>\n"
        answer = export(writer, create(writer, text, format="markdown"), wanted)

        assert b"root:" not in answer.content
        assert b"media/" not in answer.content

    @pytest.mark.parametrize("wanted", ["docx", "html", "text"])
    def test_nothing_is_fetched_for_it(self, writer, wanted):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            at = f"http://127.0.0.1:{listener.getsockname()[1]}/a.png"
            text = f"![a]({at}) <img src='{at}'> <link rel=stylesheet href='{at}'>\n"
            made = imported(writer, "a.html", f"<p><img src='{at}'>words</p>", "text/html")
            export(writer, create(writer, text, format="markdown"), wanted)
            export(writer, made, wanted)
            listener.settimeout(0)

            with pytest.raises(BlockingIOError):
                listener.accept()


def _caged(stack):
    """Return what of a conversion has outlived its request."""
    found = []
    for child in stack.processes["web"].children:
        with suppress(psutil.NoSuchProcess):  # it has just ended
            found += [child] if child.name() == "pandoc" else []
    return found
