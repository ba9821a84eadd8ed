import pytest

from shared.domain.files.decoding import decode
from shared.domain.files.formats import FileFormat
from shared.domain.files.names import file_name_for, title_of
from shared.domain.files.recognition import recognise
from shared.errors import RequestInvalidError, UnsupportedMediaTypeError

ZIP = b"PK\x03\x04rest"


class TestRecognise:
    @pytest.mark.parametrize(
        ("declared", "name", "begins", "found"),
        [
            ("text/plain", "", b"x", FileFormat.TEXT),
            ("text/plain", "a.MD", b"x", FileFormat.MARKDOWN),
            ("", "a.markdown", b"x", FileFormat.MARKDOWN),
            ("Text/HTML", "a", b"<p>", FileFormat.HTML),
            ("application/octet-stream", "a.b.htm", b"<p>", FileFormat.HTML),
            ("application/zip", "a.docx", ZIP, FileFormat.DOCX),
            (FileFormat.DOCX.media_type, "", ZIP, FileFormat.DOCX),
            ("text/plain", "Dear Sir. And so on", b"x", FileFormat.TEXT),
        ],
    )
    def test_all_that_is_known_is_put_together(self, declared, name, begins, found):
        assert recognise(declared, name, begins) is found

    @pytest.mark.parametrize(
        ("declared", "name", "begins"),
        [
            ("text/html", "a.docx", ZIP),
            ("text/plain", "a.txt", ZIP),
            ("application/zip", "a.zip", ZIP),
            ("application/zip", "a.txt", b"x"),
            ("", "", b"x"),
            ("application/msword", "a.doc", b"\xd0\xcf\x11\xe0"),
        ],
    )
    def test_what_contradicts_itself_is_nothing(self, declared, name, begins):
        with pytest.raises(UnsupportedMediaTypeError):
            recognise(declared, name, begins)


class TestDecode:
    def test_a_declared_charset_that_we_do_not_read_is_not_guessed(self):
        with pytest.raises(RequestInvalidError):
            decode("Grüße".encode(), "iso-8859-1")

    def test_only_one_mark_is_taken_away(self):
        assert decode("\ufeff\ufeffa".encode()) == "\ufeffa"


class TestNames:
    @pytest.mark.parametrize(
        ("title", "name"),
        [
            ("A plan", "A plan.md"),
            ("a/b\\c:d", "a_b_c_d.md"),
            ("con", "_con.md"),
            ("  ..  ", "Untitled.md"),
            ("a\r\nb\u202ec", "a bc.md"),
            ("😄" * 200, "😄" * 120 + ".md"),
        ],
    )
    def test_a_title_becomes_a_name_that_any_system_takes(self, title, name):
        assert file_name_for(title, ".md") == name

    def test_a_name_becomes_a_title(self):
        assert title_of("/tmp/My  plan.v2.docx") == "My plan.v2"  # noqa: S108
