import os
import stat

import pytest
from copydesk.cli import rewriting
from copydesk.cli.exits import CommandError, ExitCode
from copydesk.cli.rewriting import ChangedMeanwhileError, rewrite, write_new


@pytest.fixture
def notes(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_bytes(b"old\r\n")
    path.chmod(0o640)
    return path


class TestRewrite:
    def test_it_replaces_the_text_and_keeps_the_mode(self, notes):
        rewrite(notes, b"new\r\n", expected=b"old\r\n")

        assert notes.read_bytes() == b"new\r\n"
        assert stat.S_IMODE(notes.stat().st_mode) == 0o640
        assert os.listdir(notes.parent) == ["notes.txt"]

    def test_it_leaves_what_was_changed_meanwhile(self, notes):
        with pytest.raises(ChangedMeanwhileError) as refused:
            rewrite(notes, b"new", expected=b"older")

        assert refused.value.status is ExitCode.PARTIAL
        assert notes.read_bytes() == b"old\r\n"

    def test_it_leaves_what_was_changed_while_it_wrote(self, notes, monkeypatch):
        def save_beside(number):
            notes.write_bytes(b"the writer's own")

        monkeypatch.setattr(rewriting.os, "fsync", save_beside)
        with pytest.raises(ChangedMeanwhileError):
            rewrite(notes, b"new", expected=b"old\r\n")

        assert notes.read_bytes() == b"the writer's own"
        assert os.listdir(notes.parent) == ["notes.txt"]

    def test_it_makes_no_file_where_there_is_none_any_more(self, notes):
        notes.unlink()
        with pytest.raises(ChangedMeanwhileError):
            rewrite(notes, b"new", expected=b"old\r\n")

        assert not notes.exists()

    def test_a_link_goes_on_to_be_one(self, notes):
        link = notes.with_name("link.txt")
        link.symlink_to(notes)
        rewrite(link, b"new", expected=b"old\r\n")

        assert link.is_symlink()
        assert notes.read_bytes() == b"new"


class TestWriteNew:
    def test_it_writes_with_the_mode_of_a_file_just_made(self, tmp_path):
        (tmp_path / "other").touch()
        write_new(tmp_path / "fresh", b"words")

        assert (tmp_path / "fresh").read_bytes() == b"words"
        assert (tmp_path / "fresh").stat().st_mode == (tmp_path / "other").stat().st_mode

    def test_it_writes_to_a_pipe_or_a_device_and_leaves_it_one(self, tmp_path):
        pipe = tmp_path / "pipe"
        os.mkfifo(pipe)
        reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
        write_new(pipe, b"words")

        assert os.read(reader, 100) == b"words"
        assert pipe.is_fifo()
        os.close(reader)

    def test_it_explains_a_folder_that_is_not_there(self, tmp_path):
        with pytest.raises(CommandError, match="cannot be written: No such file"):
            write_new(tmp_path / "nowhere" / "fresh", b"words")
