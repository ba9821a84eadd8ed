import threading

import docx
import pytest

from tests.command_line import wait_for
from tests.document_client import DOCUMENTS
from tests.model_server_scripts import known_words
from tests.stack_client import some_text
from tests.tracked_docx import TrackedDocx


@pytest.fixture
def report(cli):
    """Return the file of a report with a heading and two paragraphs, and what they say."""
    said = [some_text(), some_text("We commence")]
    written = docx.Document()
    written.add_heading("A report", level=1)
    for each in said:
        written.add_paragraph(each)
    path = cli.folder / "report.docx"
    written.save(str(path))
    return path, said


def better(text):
    return text.replace("big", "significant").replace("commence", "begin")


class TestDocx:
    def test_its_like_with_tracked_changes_stands_beside_it(self, cli, report):
        path, said = report
        before = path.read_bytes()
        made = cli.run("improve", path.name)
        tracked = TrackedDocx((cli.folder / "report.copydesk.docx").read_bytes())

        assert made.returncode == 0, made.stderr
        assert path.read_bytes() == before
        assert tracked.texts("ins") == ["significant", "begin"]
        assert tracked.texts("del") == ["big", "commence"]
        assert tracked.rejected[1:] == said
        assert tracked.accepted[1:] == [better(each) for each in said]

    def test_applied_it_has_the_changes_and_no_tracks(self, cli, report):
        path, said = report
        made = cli.run("improve", "--apply", path.name)
        plain = TrackedDocx((cli.folder / "report.copydesk.docx").read_bytes())

        assert made.returncode == 0, made.stderr
        assert plain.changes == []
        assert plain.accepted[1:] == [better(each) for each in said]

    def test_killed_and_started_again_it_goes_on_with_the_same_batch(self, cli, report, model):
        path, _ = report
        hold = threading.Event()
        model.plan(lambda call: known_words(call, hold=hold))
        command = cli.start("improve", path.name)
        wait_for(lambda: model.calls and cli.batch, command)
        command.kill()
        command.communicate()
        batch = cli.batch
        hold.set()

        assert f"going on with batch {batch}" in cli.run("improve", path.name).stderr.decode()
        assert (cli.folder / "report.copydesk.docx").exists()
        assert len(model.calls) == 1

    def test_another_program_opens_it(self, cli, report):
        path, _ = report
        cli.run("improve", "--output", "out.docx", path.name)

        assert len(docx.Document(str(cli.folder / "out.docx")).paragraphs) == 3

    def test_what_was_stored_for_it_is_taken_away(self, cli, report, person):
        token = person.tokens["access_token"]
        cli.run("improve", report[0].name, COPYDESK_TOKEN=token)

        assert person.http.get(DOCUMENTS).json()["documents"] == []

    def test_nor_is_it_left_there_where_the_order_is_refused(self, cli, report, person):
        token = person.tokens["access_token"]
        refused = cli.run("improve", "--template", "nonsense", report[0].name, COPYDESK_TOKEN=token)

        assert refused.returncode == 2
        assert person.http.get(DOCUMENTS).json()["documents"] == []
        assert cli.pending == []

    def test_it_may_come_from_standard_input(self, cli, report):
        path, said = report
        made = cli.run("improve", "--format", "docx", "-", said=path.read_bytes())

        assert TrackedDocx(made.stdout).accepted[1:] == [better(each) for each in said]

    def test_a_check_leaves_no_file(self, cli, report):
        path, _ = report
        checked = cli.run("improve", "--check", "--diff", path.name)

        assert checked.returncode == 1
        assert "significant" in checked.stdout.decode()
        assert not (cli.folder / "report.copydesk.docx").exists()

    def test_what_is_no_docx_is_told_in_a_line(self, cli):
        (cli.folder / "fake.docx").write_bytes(b"The big plan")
        refused = cli.run("improve", "fake.docx")

        assert refused.returncode == 2
        assert b"UNSUPPORTED_MEDIA_TYPE" in refused.stderr or b"VALIDATION" in refused.stderr

    def test_a_markdown_file_can_become_one(self, cli):
        text = some_text()
        (cli.folder / "notes.md").write_text(f"# Notes\n\n{text}\n")
        cli.run("improve", "--output", "notes.docx", "notes.md")
        tracked = TrackedDocx((cli.folder / "notes.docx").read_bytes())

        assert tracked.accepted == ["Notes", better(text)]
