import pytest
from copydesk.cli.exits import CommandError, ExitCode, worst
from copydesk.cli.sources import SourceFormat, read_source


def source_of(tmp_path, raw, name="notes.txt"):
    (tmp_path / name).write_bytes(raw)
    return read_source(str(tmp_path / name), None)


class TestReadSource:
    @pytest.mark.parametrize(
        ("name", "form"),
        [
            ("a.txt", SourceFormat.TEXT),
            ("a", SourceFormat.TEXT),
            ("a.MD", SourceFormat.MARKDOWN),
            ("a.htm", SourceFormat.HTML),
            ("a.docx", SourceFormat.DOCX),
        ],
    )
    def test_the_suffix_tells_the_format(self, tmp_path, name, form):
        assert source_of(tmp_path, b"", name).format is form

    def test_what_is_wanted_wins(self, tmp_path):
        (tmp_path / "a.txt").touch()

        assert read_source(str(tmp_path / "a.txt"), SourceFormat.HTML).format is SourceFormat.HTML

    def test_it_explains_what_it_cannot_read(self, tmp_path):
        with pytest.raises(CommandError, match="cannot be read: No such file") as refused:
            read_source(str(tmp_path / "none.txt"), None)

        assert refused.value.status is ExitCode.USAGE


class TestSource:
    @pytest.mark.parametrize(
        "raw", [b"\xef\xbb\xbfa\r\nb\r\n", b"a\nb", b"a\r\nb\n", "é\u2028".encode(), b""]
    )
    def test_what_did_not_change_is_written_as_it_was(self, tmp_path, raw):
        source = source_of(tmp_path, raw)

        assert source.encoded(source.text) == raw

    def test_new_lines_end_as_the_others_do(self, tmp_path):
        crlf, mixed = source_of(tmp_path, b"a\r\n"), source_of(tmp_path, b"a\r\nb\n")

        assert crlf.with_line_ends("a\r\nb\nc") == "a\r\nb\r\nc"
        assert mixed.with_line_ends("a\r\nb\nc\n") == "a\r\nb\nc\n"

    def test_it_says_where_it_is_not_utf_8(self, tmp_path):
        with pytest.raises(CommandError, match=r"not UTF-8 text \(byte 6\)"):
            source_of(tmp_path, b"\xef\xbb\xbfab\xff").text  # noqa: B018


def test_the_worst_status_of_several_files_counts():
    assert worst([ExitCode.DONE, ExitCode.PARTIAL, ExitCode.SUGGESTIONS]) is ExitCode.PARTIAL
    assert worst([]) is ExitCode.DONE
