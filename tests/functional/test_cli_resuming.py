import json
import signal
import subprocess
import threading
from contextlib import suppress

import pytest

from tests.command_line import wait_for
from tests.model_server_scripts import known_words
from tests.stack import until
from tests.stack_client import some_text

SECTIONS = 3


@pytest.fixture
def notes(cli):
    path = cli.folder / "notes.md"
    rewrite(path, "\n".join(f"# {n}\n\n{some_text()} {_filling(n)}\n" for n in range(SECTIONS)))
    return path


def rewrite(path, text):
    """Write the file as editors do: whoever watches it never sees a part of it."""
    draft = path.with_suffix(".draft")
    draft.write_text(text)
    draft.replace(path)


def _filling(n):
    return f"Part {n} is told at some length, so that it fills a section of its own. " * 25


@pytest.fixture
def hold(model):
    """Return what the last chunk of every answer waits for."""
    event = threading.Event()
    model.plan(lambda call: known_words(call, hold=event))
    return event


@pytest.fixture
def killed(cli, notes, model, hold):
    """Return the batch of a command that was killed while all sections were asked about."""
    command = cli.start("improve", "--apply", notes.name)
    wait_for(lambda: cli.batch and len(model.calls) >= SECTIONS, command)
    command.kill()
    command.communicate()
    return cli.batch


def each_was_asked_once(model):
    """Return whether no part of the text was paid for twice."""
    asked = [call.pieces[1] for call in model.calls]
    return len(asked) == len(set(asked)) >= SECTIONS


class TestKilled:
    def test_started_again_it_goes_on_with_the_same_batch(self, cli, notes, model, hold, killed):
        text = notes.read_text()
        hold.set()
        again = cli.run("improve", "--apply", notes.name)

        assert again.returncode == 0, again.stderr
        assert f"going on with batch {killed}" in again.stderr.decode()
        assert notes.read_text() == text.replace("big", "significant")
        assert each_was_asked_once(model)
        assert cli.pending == []

    def test_killed_again_and_again_it_orders_once(self, cli, notes, model, hold):
        for wait_s in (0.4, 0.7, 0.9, 1.2):  # wherever it is by then
            command = cli.start("improve", notes.name)
            with suppress(subprocess.TimeoutExpired):
                command.communicate(timeout=wait_s)
            command.kill()
            command.communicate()
        hold.set()
        cli.run("improve", notes.name)
        listed = cli.run("jobs", "--kind", "batch").stdout.decode()

        assert listed.count("job_") == 1, listed
        assert each_was_asked_once(model)

    def test_other_words_are_another_batch(self, cli, notes, hold, killed):
        hold.set()
        other = cli.run("improve", "--prompt", "Otherwise", "--json", notes.name)

        assert json.loads(other.stdout)["batch"] != killed
        assert cli.batch == killed

    def test_killed_before_the_answer_came_it_pays_once(self, cli, notes, model, hold, killed):
        (kept,) = cli.pending
        record = json.loads(kept.read_text())
        kept.write_text(json.dumps(record | {"batch_id": None}))
        hold.set()
        again = cli.run("improve", "--json", notes.name)

        assert json.loads(again.stdout)["batch"] == killed
        assert each_was_asked_once(model)

    def test_a_batch_that_was_cancelled_meanwhile_is_ordered_anew(self, cli, notes, hold, killed):
        cli.run("jobs", "cancel", killed)
        cli.run("jobs", "follow", killed)
        hold.set()
        again = cli.run("improve", "--json", notes.name)

        assert again.returncode == 0
        assert json.loads(again.stdout)["batch"] != killed

    def test_what_is_remembered_holds_no_word_of_the_text(self, cli, notes, killed):
        assert killed.encode() in cli.remembered
        assert b"big plan" not in cli.remembered
        assert notes.name.encode() not in cli.remembered


class TestInterrupted:
    @pytest.fixture
    def running(self, cli, notes, model, hold):
        """Return a function that begins a command whose batch waits for the model."""

        def begin(*words):
            command = cli.start("improve", *words, notes.name)
            wait_for(lambda: cli.batch and len(model.calls) >= SECTIONS, command)
            return command, cli.batch

        return begin

    def test_the_batch_goes_on(self, cli, notes, hold, running):
        command, batch = running()
        command.send_signal(signal.SIGINT)
        told = command.communicate()[0].decode()
        hold.set()

        assert command.returncode == 130
        assert f"copydesk jobs cancel {batch}" in told
        assert "Traceback" not in told
        assert cli.run("jobs", "follow", batch).returncode == 0

    def test_or_is_cancelled_where_that_is_wanted(self, cli, notes, model, running):
        command, batch = running("--cancel-on-interrupt")
        command.send_signal(signal.SIGINT)
        command.communicate()
        until(lambda: all(call.hung_up for call in model.calls), lambda: "a call went on")

        assert command.returncode == 130
        cli.run("jobs", "follow", batch)
        assert json.loads(cli.run("jobs", "show", batch).stdout)["status"] == "cancelled"
        assert cli.pending == []


class TestWatch:
    def test_it_pays_for_what_changed(self, cli, notes, model):
        with cli.on_terminal("improve", "--watch", notes.name) as terminal:
            terminal.sees("Watching.")
            calls = len(model.calls)
            rewrite(notes, notes.read_text() + "\nA new paragraph, and no more.\n")
            until(lambda: terminal.shown.count("Watching.") == 2, lambda: terminal.shown)
            terminal.interrupt()

            assert terminal.ends() == 0
        assert 0 < len(model.calls) - calls < calls
        assert f"{len(model.calls) - calls} of " in terminal.shown

    def test_what_it_wrote_itself_does_not_set_it_off(self, cli, notes):
        text = notes.read_text()
        with cli.on_terminal("improve", "--watch", "--apply", notes.name) as terminal:
            terminal.sees("Watching.")
            assert notes.read_text() == text.replace("big", "significant")
            rewrite(notes, notes.read_text() + "One more line.\n")
            until(lambda: terminal.shown.count("Watching.") > 1, lambda: terminal.shown)

            assert terminal.shown.count("were new") == 2
