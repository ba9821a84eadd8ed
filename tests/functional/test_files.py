import io
import zipfile
from xml.etree import ElementTree

import pytest

from tests.document_client import DOCUMENTS, create, fault, path, read, save
from tests.file_client import DOCX_TYPE, export, import_file, imported
from tests.stack_client import order

MARKDOWN = (
    "# Über\n\nSome *words*, **strong**, שלום 😄 and a [link](https://example.org/a?b=1&c=2).\n"
)
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


class TestImport:
    @pytest.mark.parametrize(
        ("name", "sent_as", "content", "kept_as"),
        [
            ("Plan.txt", "text/plain", "One\r\n\r\n  two <b>", "text"),
            ("Plan.md", "application/octet-stream", MARKDOWN, "markdown"),
            ("Plan.md", "text/plain; charset=utf-8", MARKDOWN, "markdown"),
            ("Plan.html", "text/html", "<h1>A</h1>\n<ul><li>b</li></ul>", "html"),
        ],
    )
    def test_a_text_is_kept_as_it_is(self, writer, name, sent_as, content, kept_as):
        answer = import_file(writer, name, content, sent_as, tags=["a", "b"])
        made = answer.json()

        assert (answer.status_code, answer.headers["Location"]) == (201, path(made))
        assert answer.headers["ETag"] == '"1"'
        assert (made["title"], made["content"], made["format"]) == ("Plan", content, kept_as)
        assert (made["tags"], made["access"]) == (["a", "b"], "own")
        assert read(writer, made) == made

    def test_the_body_may_be_the_file(self, writer):
        answer = writer.http.post(
            f"{DOCUMENTS}/import?title=A plan&tags=x&tags=y",
            content=MARKDOWN.encode("utf-8-sig"),
            headers={"Content-Type": "text/markdown"},
        )
        made = answer.json()

        assert (answer.status_code, made["content"], made["format"]) == (201, MARKDOWN, "markdown")
        assert (made["title"], made["tags"]) == ("A plan", ["x", "y"])

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
    def test_its_encoding_is_found(self, writer, encoding):
        text = "Grüße, שלום, 你好 😄\r\n"
        made = imported(writer, "a.txt", text.encode(encoding), "text/plain")

        assert made["content"] == text

    @pytest.mark.parametrize("content", ["Grüße".encode("latin-1"), b"a\x00b", b"\xff\xfea\xd8"])
    def test_what_is_no_text_is_refused(self, writer, content):
        answer = import_file(writer, "a.txt", content, "text/plain")

        assert fault(answer) == (400, "VALIDATION_ERROR")
        assert answer.json()["error"]["details"][0]["field"] == "file"

    def test_a_docx_becomes_markdown_and_may_become_html(self, writer):
        made = create(writer, MARKDOWN, format="markdown")
        file = export(writer, made, "docx").content
        markdown = imported(writer, "Plan.docx", file, DOCX_TYPE)
        html = imported(writer, "Plan.docx", file, DOCX_TYPE, format="html")

        assert (markdown["content"], markdown["format"]) == (MARKDOWN, "markdown")
        assert html["content"].startswith("<h1>Über</h1>\n<p>Some <em>words</em>, <strong>")

    def test_all_faults_of_its_fields_are_told(self, writer):
        fields = {"title": " ", "format": "docx", "owner": "me"}
        answer = import_file(writer, "a.txt", "Words", "text/plain", **fields)

        assert fault(answer) == (400, "VALIDATION_ERROR")
        told = {one["field"] for one in answer.json()["error"]["details"]}
        assert told == {"title", "format", "owner"}

    def test_a_form_without_a_file_is_told_so(self, writer):
        answer = writer.http.post(f"{DOCUMENTS}/import", files={"other": ("a.txt", b"x")})

        assert fault(answer) == (400, "VALIDATION_ERROR")

    def test_jobs_work_on_what_was_imported(self, writer):
        made = imported(writer, "a.txt", "The big plan, imported.", "text/plain")
        job = writer.finish(order("") | {"document": {"id": made["id"]}})

        assert (job["status"], job["document_id"]) == ("succeeded", made["id"])


class TestExport:
    @pytest.mark.parametrize(
        ("wanted", "media_type", "ending"),
        [
            ("text", "text/plain; charset=utf-8", "txt"),
            ("markdown", "text/markdown; charset=utf-8", "md"),
            ("html", "text/html; charset=utf-8", "html"),
            ("docx", DOCX_TYPE, "docx"),
        ],
    )
    def test_it_is_a_file_to_be_saved(self, writer, wanted, media_type, ending):
        made = create(writer, MARKDOWN, format="markdown", title='Über/uns: "a" 😄')
        answer = export(writer, made, wanted)

        assert answer.headers["Content-Type"] == media_type
        assert answer.headers["Content-Disposition"] == (
            f'attachment; filename="_ber_uns_ _a_ _.{ending}"; '
            f"filename*=UTF-8''%C3%9Cber_uns_%20_a_%20%F0%9F%98%84.{ending}"
        )
        assert answer.headers["ETag"] == '"1"'
        assert answer.headers["X-Content-Type-Options"] == "nosniff"

    def test_without_a_format_it_is_the_documents_own(self, writer):
        made = create(writer, "a  <b> *c*\r\n")

        assert export(writer, made).content == b"a  <b> *c*\r\n"

    def test_who_has_it_is_told_so(self, writer):
        made = create(writer, MARKDOWN, format="markdown")
        headers = {"If-None-Match": '"1"'}
        answer = writer.http.get(path(made, "/export?format=docx"), headers=headers)

        assert (answer.status_code, answer.content) == (304, b"")

    def test_other_programs_can_read_the_docx(self, writer):
        table = "\n| A | B |\n|---|---|\n| x | y |\n\n1. one\n2. two\n"
        made = create(writer, MARKDOWN + table, format="markdown")
        with zipfile.ZipFile(io.BytesIO(export(writer, made, "docx").content)) as package:
            assert package.testzip() is None
            body = ElementTree.fromstring(package.read("word/document.xml"))  # noqa: S314
        texts = [text.text for text in body.iter(f"{_W}t")]
        styles = {style.get(f"{_W}val") for style in body.iter(f"{_W}pStyle")}

        assert "".join(filter(None, texts)) == (
            "ÜberSome words, strong, שלום 😄 and a link.ABxyonetwo"
        )
        assert "Heading1" in styles
        assert len(list(body.iter(f"{_W}tbl"))) == 1

    def test_an_earlier_version_can_be_had(self, writer, other_writer):
        made = create(writer, "First")
        writer.http.put(path(made, "/sharing"), json={"public": True, "shared_with": []})
        save(writer, made, "Second")
        earlier = path(made, "/export?revision=1")

        assert writer.http.get(earlier).content == b"First"
        assert fault(other_writer.http.get(earlier)) == (403, "FORBIDDEN")
        assert other_writer.http.get(path(made, "/export")).content == b"Second"

    def test_it_is_for_those_who_may_read(self, writer, other_writer):
        made = create(writer, "Words")

        assert fault(other_writer.http.get(path(made, "/export"))) == (404, "NOT_FOUND")
        assert fault(writer.http.get(path(made, "/export?format=pdf"))) == (400, "VALIDATION_ERROR")
