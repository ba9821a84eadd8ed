import pytest

from tests.stack_client import some_text

CHANGES = 4


@pytest.fixture
def notes(cli):
    path = cli.folder / "notes.txt"
    path.write_text("\n\n".join(some_text() for _ in range(CHANGES)))
    return path


@pytest.fixture
def choosing(cli, notes):
    """Give a terminal on which the first suggestion is shown."""
    with cli.on_terminal("improve", "-i", notes.name) as terminal:
        terminal.sees(f"1 of {CHANGES}")
        yield terminal


def pressed(terminal, keys):
    """Press these keys, one for each suggestion."""
    for n, key in enumerate(keys, start=1):
        terminal.sees(f"{n} of {CHANGES}")
        terminal.type(key)


class TestProgress:
    def test_a_terminal_shows_a_bar(self, cli, notes):
        with cli.on_terminal("improve", notes.name) as terminal:
            assert terminal.ends() == 0

            assert "━" in terminal.shown
            assert "1/1 sections" in terminal.shown
            assert "\x1b[32msignificant" in terminal.shown

    def test_no_color_means_none(self, cli, notes):
        with cli.on_terminal("improve", notes.name, NO_COLOR="1") as terminal:
            terminal.ends()

            assert "{+significant+}" in terminal.shown
            assert "\x1b[32m" not in terminal.shown

    def test_a_pipe_gets_lines(self, cli, notes):
        told = cli.run("improve", notes.name).stderr.decode()

        assert "━" not in told
        assert "\x1b" not in told
        assert told.splitlines()[-1].startswith("notes.txt: 1/1 sections · 4 suggestions")


class TestChoosing:
    def test_what_was_accepted_is_written(self, choosing, notes):
        parts = notes.read_text().split("\n\n")
        pressed(choosing, "arar")
        choosing.sees("Write 2 changes into notes.txt?")
        choosing.type("y\n")

        assert choosing.ends() == 0
        better = [part.replace("big", "significant") for part in parts]
        assert notes.read_text().split("\n\n") == [better[0], parts[1], better[2], parts[3]]

    def test_all_that_are_left_can_be_accepted(self, choosing, notes):
        text = notes.read_text()
        pressed(choosing, "A")
        choosing.sees(f"Write {CHANGES} changes")
        choosing.type("y\n")

        assert choosing.ends() == 0
        assert notes.read_text() == text.replace("big", "significant")

    def test_one_who_quits_goes_on_from_there(self, cli, choosing, notes):
        text = notes.read_text()
        pressed(choosing, "raq")

        assert choosing.ends() == 0
        assert notes.read_text() == text
        with cli.on_terminal("improve", "-i", "--apply", notes.name) as again:
            again.sees("going on with batch")
            again.sees("1 of 2")
            again.type("A")
            assert again.ends() == 0
        assert notes.read_text() == text.replace("big", "significant").replace(
            "significant", "big", 1
        )

    def test_an_arrow_key_decides_nothing(self, choosing, notes):
        text = notes.read_text()
        choosing.type("\x1b[A")
        pressed(choosing, "rrrr")

        assert choosing.ends() == 0
        assert notes.read_text() == text

    def test_it_needs_a_terminal(self, cli, notes):
        refused = cli.run("improve", "-i", notes.name)

        assert refused.returncode == 2
        assert b"needs a terminal" in refused.stderr
