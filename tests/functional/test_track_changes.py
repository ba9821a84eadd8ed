import shutil
import subprocess

import pytest

from shared.domain.files.formats import FileFormat
from tests.chat_client import chat, some_question
from tests.model_server_scripts import talk
from tests.stack_client import order, some_text
from tests.tracked_docx import TrackedDocx, W

HOSTILE = "<script>alert('big')</script> 🙂 {~~ big ~> plan ~~}\r\nutilize it & go\n"


@pytest.fixture
def job(writer):
    return writer.finish(order(some_text(f"{HOSTILE}A big plan to utilize")))


def shown(writer, job, form):
    answer = writer.http.get(job["urls"]["result"], params={"format": form})
    assert answer.status_code == 200, answer.text
    return answer


class TestTrackChanges:
    def test_html_is_escaped_and_marks_each_change(self, writer, job):
        answer = shown(writer, job, "html")

        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert "<script" not in answer.text
        assert answer.text.count("<ins") == len(job["result"]["suggestions"]) > 1

    def test_markdown_holds_the_old_words_and_the_new(self, writer, job):
        answer = shown(writer, job, "markdown")

        assert answer.headers["Content-Type"] == "text/markdown; charset=utf-8"
        assert "{~~utilize~>use~~}" in answer.text

    @pytest.mark.skipif(not shutil.which("patch"), reason="there is no `patch` here")
    @pytest.mark.parametrize("encoding", ["utf-16", "codepoint", "utf-8"])
    def test_a_diff_can_be_applied(self, writer, tmp_path, encoding):
        text = some_text(f"{HOSTILE}A big plan to utilize")
        job = writer.finish(order(text, offset_encoding=encoding))
        (tmp_path / "text").write_bytes(text.encode())
        diff = shown(writer, job, "diff").content
        command = ["patch", "--binary", str(tmp_path / "text")]
        subprocess.run(command, input=diff, check=True, capture_output=True)
        after = (tmp_path / "text").read_bytes().decode()

        assert "A significant plan to use" in after

    def test_a_docx_holds_them_for_a_word_processor(self, writer, job):
        answer = shown(writer, job, "docx")
        both = TrackedDocx(answer.content)
        by = {(one.get(f"{W}author"), one.get(f"{W}date")) for one in both.changes}

        assert answer.headers["Content-Type"] == FileFormat.DOCX.media_type
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert by == {("Copydesk", job["finished_at"][:19] + "Z")}
        assert HOSTILE.split("\r\n")[0] in both.rejected[0]
        assert sorted(both.texts("ins")) == sorted(
            one["suggested"] for one in job["result"]["suggestions"]
        )

    def test_text_is_the_new_text(self, writer, job):
        answer = shown(writer, job, "text")

        assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
        assert "A significant plan to use" in answer.text
        assert answer.content.count(b"\r\n") == HOSTILE.count("\r\n")

    def test_what_was_rejected_is_left_out(self, writer, job):
        for one in job["result"]["suggestions"]:
            writer.http.post(f"{job['urls']['self']}/suggestions/{one['id']}/reject")

        assert shown(writer, job, "diff").text == ""
        assert TrackedDocx(shown(writer, job, "docx").content).changes == []

    def test_a_form_that_is_none_is_refused(self, writer, job):
        answer = writer.http.get(job["urls"]["result"], params={"format": "pdf"})

        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "VALIDATION_ERROR")

    def test_plain_json_is_what_it_was(self, writer, job):
        assert shown(writer, job, "json").json() == job["result"]


def test_a_chat_without_a_document_has_no_changes_to_show(writer, model):
    model.plan(lambda call: talk(call, "Hello."))
    job = chat(writer, some_question())
    answer = writer.http.get(job["urls"]["result"], params={"format": "diff"})

    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "CONFLICT")
