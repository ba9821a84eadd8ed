import io
import socket
import zipfile
from contextlib import ExitStack, suppress
from urllib.parse import urlsplit

import psutil
import pytest

from tests.document_client import DOCUMENTS, create, fault
from tests.docx import document_xml, docx, paragraph
from tests.file_client import DOCX_TYPE, export, import_file, imported

MEGABYTE = 1024 * 1024
_HEAD = f"POST {DOCUMENTS}/import HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\n"


class TestSize:
    @pytest.mark.parametrize("length", [{"Content-Length": str(100 * MEGABYTE)}, {}])
    @pytest.mark.parametrize("is_form", [True, False])
    def test_a_hundred_megabytes_are_refused_unread(self, writer, stack, is_form, length):
        before = _memory(stack)
        begun = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
        first = begun.ljust(MEGABYTE, b"x") if is_form else b"x" * MEGABYTE
        kind = "multipart/form-data; boundary=b" if is_form else "text/plain"
        answer = writer.http.post(
            f"{DOCUMENTS}/import",
            content=(b"x" * MEGABYTE if n else first for n in range(100)),
            headers={"Content-Type": kind, **length},
        )

        assert fault(answer) == (413, "PAYLOAD_TOO_LARGE")
        assert _memory(stack) - before < 70 * MEGABYTE

    def test_what_is_still_coming_is_not_in_memory(self, stack):
        before = _memory(stack)
        with ExitStack() as lines:
            for _ in range(12):
                _send_all_but_the_end(lines, stack, 18 * MEGABYTE)

            assert _memory(stack) - before < 70 * MEGABYTE

    def test_a_text_longer_than_a_document_is_refused(self, writer):
        answer = import_file(writer, "a.txt", "long " * 400_000, "text/plain")

        assert fault(answer) == (413, "PAYLOAD_TOO_LARGE")

    def test_html_may_carry_much_that_is_not_kept(self, writer):
        picture = f'<p>Words <img alt="x" src="data:image/png;base64,{"A" * 3 * MEGABYTE}"></p>'
        made = imported(writer, "a.html", picture, "text/html")

        assert made["content"] == '<p>Words <img alt="x"></p>'


class TestType:
    @pytest.mark.parametrize(
        ("name", "media_type", "content"),
        [
            ("a.txt", "text/plain", docx(document_xml(""))),
            ("a.docx", DOCX_TYPE, b"Just words"),
            ("a.docx", "text/plain", docx(document_xml(""))),
            ("a.html", "text/plain", b"<p>x"),
            ("a.md", "text/html", b"<p>x"),
            ("a.txt", "text/plain", b"%PDF-1.7 words"),
            ("a.html", "text/html", b"MZ<p>x"),
            ("a.rtf", "text/plain", b"{\\rtf1}"),
            ("a.docm", DOCX_TYPE, docx(document_xml(""))),
            ("a.exe", "application/octet-stream", b"words"),
            ("a", "application/octet-stream", b"words"),
            ("a.txt", "image/png", b"words"),
        ],
    )
    def test_what_contradicts_itself_is_refused(self, writer, name, media_type, content):
        answer = import_file(writer, name, content, media_type)

        assert fault(answer) == (415, "UNSUPPORTED_MEDIA_TYPE")

    def test_a_body_without_a_type_is_refused(self, writer):
        answer = writer.http.post(f"{DOCUMENTS}/import", content=b"words")

        assert fault(answer) == (415, "UNSUPPORTED_MEDIA_TYPE")

    @pytest.mark.parametrize(
        "kind", ["multipart/form-data", "multipart/form-data; boundary=x", "application/json"]
    )
    def test_a_body_that_is_not_what_it_says_is_refused(self, writer, kind):
        headers = {"Content-Type": kind}
        answer = writer.http.post(f"{DOCUMENTS}/import", content=b"{}", headers=headers)

        assert answer.status_code in (400, 415)
        assert answer.json()["error"]["code"] in ("VALIDATION_ERROR", "UNSUPPORTED_MEDIA_TYPE")

    def test_a_page_that_is_a_docx_too_is_read_as_no_page(self, writer):
        packed = io.BytesIO(docx(document_xml(paragraph("Words"))))
        with zipfile.ZipFile(packed, "a") as package:
            package.comment = b"<script>alert(1)</script>"
        made = imported(writer, "a.docx", packed.getvalue(), DOCX_TYPE)

        assert made["content"] == "Words\n"


class TestNames:
    @pytest.mark.parametrize(
        ("name", "title"),
        [
            ("../../etc/passwd.txt", "passwd"),
            ("C:\\Windows\\win.txt", "win"),
            ("a\u202etxt.txt", "atxt"),
            (".txt", "txt"),
            ("/", "Untitled"),
            ("..%2f..%2fa.txt", "%2f..%2fa"),
            ("x" * 400 + ".txt", "x" * 300),
        ],
    )
    def test_a_path_is_no_more_than_a_title(self, writer, name, title):
        made = imported(writer, name, "Words", "text/plain")

        assert made["title"] == title

    def test_no_title_breaks_out_of_the_header(self, writer):
        made = create(writer, "x", title='a"; filename=evil.exe\r\nSet-Cookie: a=b\u2028../x')
        told = export(writer, made).headers

        assert "set-cookie" not in told or "a=b" not in told["set-cookie"]
        assert told["content-disposition"].startswith('attachment; filename="a_; filename=evil.exe')
        assert "/" not in told["content-disposition"].partition("filename*")[0]


def _line(stack):
    at = urlsplit(stack.url)
    return socket.create_connection((at.hostname, at.port), timeout=60)


def _send_all_but_the_end(lines, stack, length):
    line = lines.enter_context(_line(stack))
    line.sendall(f"{_HEAD}Content-Length: {length}\r\n\r\n".encode())
    line.sendall(b"x" * (length - 1))


def _memory(stack):
    return sum(map(_resident, stack.processes["web"].tree))


def _resident(process):
    with suppress(psutil.NoSuchProcess):  # what converts files comes and goes
        return process.memory_info().rss
    return 0
