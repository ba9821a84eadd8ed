import json
from dataclasses import replace

import pytest
from copydesk.cli.blanks import deliver_blank
from copydesk.cli.options import ImproveOptions
from copydesk.cli.screens import open_screens
from copydesk.cli.sources import Source, SourceFormat

BLANK = Source("-", None, SourceFormat.TEXT, b"\xef\xbb\xbf \r\n")


class TestDeliverBlank:
    def told(self, capfdbinary, source=BLANK, **options):
        deliver_blank(source, ImproveOptions(files=[source.name], **options), open_screens())
        return capfdbinary.readouterr()

    def test_a_pipe_gets_what_came(self, capfdbinary):
        told = self.told(capfdbinary)

        assert (told.out, told.err) == (BLANK.raw, b"-: nothing to suggest\n")

    @pytest.mark.parametrize("option", ["diff", "check"])
    def test_it_has_no_changes(self, capfdbinary, option):
        assert self.told(capfdbinary, **{option: True}).out == b""

    def test_it_is_an_object_like_any_other(self, capfdbinary):
        told = json.loads(self.told(capfdbinary, json=True).out)

        assert (told["file"], told["suggestions"], told["status"]) == ("-", [], "succeeded")

    def test_it_goes_where_the_result_goes(self, capfdbinary, tmp_path):
        self.told(capfdbinary, output=tmp_path / "out")

        assert (tmp_path / "out").read_bytes() == BLANK.raw


@pytest.mark.parametrize(
    ("raw", "form", "is_blank"),
    [
        (b"", SourceFormat.TEXT, True),
        (b"", SourceFormat.DOCX, False),
        (b"a", SourceFormat.TEXT, False),
        (b"\xff", SourceFormat.TEXT, False),
    ],
)
def test_what_is_blank(raw, form, is_blank):
    assert replace(BLANK, raw=raw, format=form).is_blank is is_blank
