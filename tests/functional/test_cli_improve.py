import json
import shutil
import subprocess

import pytest

from tests.model_server_scripts import edit, known_words, propose, refuse
from tests.stack_client import some_text

BOM = b"\xef\xbb\xbf"
CHAPTERS = 6


def chapters(count=CHAPTERS, end="\n"):
    """Return a text of several sections, that no other test has."""
    filling = "It is told here at some length, so that it fills a section of its own. " * 40
    parts = [f"# Chapter {n}\n\n{some_text()} {filling}\n" for n in range(1, count + 1)]
    return "\n".join(parts).replace("\n", end)


@pytest.fixture
def notes(cli):
    path = cli.folder / "my notes.md"
    path.write_text(chapters())
    return path


def better(text):
    return text.replace("big", "significant")


class TestDiff:
    def test_git_takes_it(self, cli, notes):
        text = notes.read_text()
        made = cli.run("improve", "--diff", notes.name)
        taken = subprocess.run(
            ["git", "apply", "-p0", "-"], input=made.stdout, cwd=cli.folder, capture_output=True
        )

        assert (made.returncode, taken.returncode) == (0, 0), made.stderr + taken.stderr
        assert notes.read_text() == better(text) != text

    @pytest.mark.skipif(not shutil.which("patch"), reason="there is no `patch` here")
    def test_patch_takes_it(self, cli, notes):
        text = notes.read_text()
        made = cli.run("improve", "--diff", notes.name)
        subprocess.run(["patch", "-s"], input=made.stdout, cwd=cli.folder, check=True)

        assert notes.read_text() == better(text)

    def test_it_is_of_standard_input_too(self, cli):
        made = cli.run("improve", "--diff", "-", said=b"The big plan\n")

        assert made.stdout.splitlines()[3:] == [b"-The big plan", b"+The significant plan"]


class TestApply:
    @pytest.mark.parametrize(("mark", "end"), [(b"", "\n"), (BOM, "\r\n")])
    def test_the_file_has_all_suggestions_and_is_otherwise_the_same(self, cli, notes, mark, end):
        text = chapters(end=end)
        notes.write_bytes(mark + text.encode())
        notes.chmod(0o640)
        applied = cli.run("improve", "--apply", notes.name)

        assert applied.returncode == 0, applied.stderr
        assert notes.read_bytes() == mark + better(text).encode()
        assert notes.stat().st_mode & 0o777 == 0o640
        assert sorted(path.name for path in cli.folder.iterdir()) == ["home", notes.name]

    def test_what_was_changed_meanwhile_is_not_written_over(self, cli, notes, model):
        def change(call):
            notes.write_text("The writer's own words")
            return known_words(call)

        model.plan(change)
        refused = cli.run("improve", "--apply", notes.name)

        assert refused.returncode == 3
        assert notes.read_text() == "The writer's own words"
        assert b"not applied" in refused.stderr
        assert refused.stderr.count(b"[-big-]") == CHAPTERS

    def test_it_may_be_written_elsewhere(self, cli, notes):
        text = notes.read_text()
        cli.run("improve", "--output", "better.md", notes.name)

        assert (cli.folder / "better.md").read_text() == better(text)
        assert notes.read_text() == text

    def test_standard_input_comes_out_better_and_nothing_else_does(self, cli):
        made = cli.run("improve", "-", said=BOM + b"The big plan\r\n")

        assert made.stdout == BOM + b"The significant plan\r\n"
        assert b"1 suggestion" in made.stderr


class TestShow:
    def test_each_suggestion_stands_with_its_line_and_reason(self, cli, notes):
        shown = cli.run("improve", notes.name).stdout.decode()

        assert shown.count("The [-big-]{+significant+} plan") == CHAPTERS
        assert f"{notes.name}:3\n" in shown
        assert shown.count("  style  Better.\n") == CHAPTERS
        assert "\x1b" not in shown

    def test_what_a_model_says_steers_no_terminal(self, cli, notes, model):
        model.plan(propose(edit("big", "vast\x1b[2J", explanation="\x1b]0;x\x07")))
        with cli.on_terminal("improve", notes.name) as terminal:
            terminal.ends()

            assert "\x1b[2J" not in terminal.shown
            assert "\x1b]0;" not in terminal.shown

    def test_json_is_a_line_for_each_file(self, cli, notes):
        (cli.folder / "other.txt").write_text(some_text())
        lines = cli.run("improve", "--json", notes.name, "other.txt").stdout.splitlines()
        told = [json.loads(line) for line in lines]

        assert [each["file"] for each in told] == [notes.name, "other.txt"]
        assert [len(each["suggestions"]) for each in told] == [CHAPTERS, 1]
        assert told[0]["cost_usd"] > 0


class TestStatus:
    def test_check_tells_whether_there_is_something_to_do(self, cli, notes):
        before = cli.run("improve", "--check", notes.name)
        cli.run("improve", "--apply", notes.name)
        after = cli.run("improve", "--check", notes.name)

        assert (before.returncode, after.returncode) == (1, 0)

    def test_a_section_that_failed_is_told_with_its_line(self, cli, notes, model):
        model.plan(lambda call: refuse() if "Chapter 2" in call.text else known_words(call))
        partly = cli.run("improve", "--check", notes.name)

        assert partly.returncode == 3
        assert b"this section failed: CONTENT_REFUSED" in partly.stderr

    def test_a_batch_that_failed_leaves_the_file_alone(self, cli, notes, model):
        text = notes.read_text()
        model.plan(refuse())
        failed = cli.run("improve", "--apply", notes.name)

        assert failed.returncode == 4
        assert notes.read_text() == text
        assert cli.pending == []

    def test_a_template_that_is_none_is_wrong_use(self, cli, notes):
        refused = cli.run("improve", "--template", "nonsense", notes.name)

        assert refused.returncode == 2
        assert refused.stderr.splitlines()[-1].startswith(b"my notes.md: ")


class TestWhatIsPaid:
    def test_a_text_that_did_not_change_costs_no_call(self, cli, notes, model):
        cli.run("improve", notes.name)
        calls = len(model.calls)
        cli.run("improve", "--diff", notes.name)

        assert len(model.calls) == calls > 1

    def test_no_word_of_the_text_is_kept_aside(self, cli, notes):
        cli.run("improve", notes.name)

        assert b"big plan" not in cli.remembered
        assert notes.name.encode() not in cli.remembered
