"""The commands as they are called, where no server is needed to see how they end."""

import pytest
import typer
from copydesk.cli.application import application
from copydesk.cli.commands import ending_well
from copydesk.cli.exits import ExitCode
from typer.testing import CliRunner

NOWHERE = "http://127.0.0.1:1"


@pytest.fixture
def copydesk(tmp_path, monkeypatch):
    """Return what runs a command in an empty home."""
    monkeypatch.chdir(tmp_path)
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setenv("COPYDESK_URL", NOWHERE)
    monkeypatch.delenv("COPYDESK_TOKEN", raising=False)
    return lambda *words, **env: CliRunner().invoke(application(), words, env=env)


@pytest.mark.parametrize("url", ["localhost:5000", "http://", "http://[::1", "ftp://desk"])
def test_a_wrong_address_is_wrong_use(copydesk, url):
    told = copydesk("templates", COPYDESK_URL=url)

    assert told.exit_code == 2
    assert told.stderr == "A server's address begins with http:// or https://.\n"


def test_an_address_where_nobody_is_has_its_status(copydesk):
    told = copydesk("templates", "--server", "http://ann:secret@127.0.0.1:1")

    assert told.exit_code == 5
    assert "http://127.0.0.1:1 cannot be reached" in told.stderr
    assert "secret" not in told.stderr


@pytest.mark.parametrize("command", ["show", "cancel", "follow"])
@pytest.mark.parametrize("job_id", ["", ".."])
def test_no_id_is_wrong_use(copydesk, command, job_id):
    assert copydesk("jobs", command, job_id).exit_code == 2


@pytest.mark.parametrize("token", ["a\nb", "ü"])
def test_what_is_no_token_is_not_sent(copydesk, token):
    told = copydesk("templates", COPYDESK_TOKEN=token)

    assert (told.exit_code, told.stderr) == (5, "COPYDESK_TOKEN holds no token.\n")


def test_a_home_that_cannot_be_written_is_explained(copydesk, tmp_path):
    (tmp_path / "file").touch()
    told = copydesk("logout", XDG_CONFIG_HOME=str(tmp_path / "file"))

    assert told.exit_code == 4
    assert told.stderr.endswith(": Not a directory.\n")


class TestImprove:
    def test_the_file_itself_is_no_output(self, copydesk, tmp_path):
        (tmp_path / "notes.docx").write_bytes(b"PK")
        (tmp_path / "link.docx").symlink_to("notes.docx")
        told = copydesk("improve", "notes.docx", "-o", "link.docx")

        assert told.exit_code == 2
        assert "--output is the file itself" in told.stderr
        assert (tmp_path / "notes.docx").read_bytes() == b"PK"

    def test_keys_are_missed_before_anything_is_sent(self, copydesk, tmp_path):
        (tmp_path / "notes.txt").write_text("Some words")
        told = copydesk("improve", "-i", "notes.txt")

        assert (told.exit_code, "needs a terminal" in told.stderr) == (2, True)


def test_a_question_left_with_ctrl_c_is_an_interruption():
    @ending_well
    def asks():
        raise typer.Abort

    with pytest.raises(typer.Exit) as ended:
        asks()
    assert ended.value.exit_code == ExitCode.INTERRUPTED
