"""Turns one format of text into another, by way of harmless HTML.

Every way leads through HTML that was cleaned: whatever the source smuggles in, as HTML inside of
Markdown or a link that acts, is gone before anything is made of it.
"""

import html
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import orjson

from shared.domain.files.formats import FileFormat
from shared.domain.renderings import SignedText
from shared.errors import PayloadTooLargeError, RequestInvalidError
from web.services.cage import Cage, ExhaustedError, RefusedError
from web.services.caged import changes, clean_html, finish_docx, repack_docx
from web.services.programs import own_program, pandoc

_CAGED = Path(clean_html.__file__).parent
_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
# As writers mean it: a price is no formula, a colon no picture, three dashes no metadata.
_MARKDOWN_READ = "gfm-emoji-tex_math_dollars-tex_math_gfm-yaml_metadata_block"
_READ: Final = {
    FileFormat.MARKDOWN: ("--from", _MARKDOWN_READ),
    FileFormat.DOCX: ("--from", "docx", "--lua-filter", str(_CAGED / "read_docx.lua")),
}
_MARKDOWN_WRITTEN = "gfm-emoji-tex_math_gfm-yaml_metadata_block"
_WRITTEN: Final = {
    FileFormat.TEXT: ("--to", "plain"),
    FileFormat.MARKDOWN: (
        *("--to", _MARKDOWN_WRITTEN),
        *("--lua-filter", str(_CAGED / "write_markdown.lua")),
    ),
    FileFormat.DOCX: ("--to", "docx", "--lua-filter", str(_CAGED / "write_docx.lua")),
}
_TO_HTML = ("--to", "html", "--syntax-highlighting", "none", "--email-obfuscation", "none")
_NO_TREE = b'{"blocks":[]}'
_FROM_HTML = ("--from", "html-native_divs-native_spans+task_lists")


@dataclass(frozen=True)
class Redline:
    """A text with changes, who suggested them, and when: in ISO 8601."""

    text: SignedText
    author: str
    date: str


@dataclass(frozen=True)
class Converter:
    """Converts in a cage; a text that takes more than it allows is refused.

    :raises PayloadTooLargeError, RequestInvalidError, OverloadedError: from every method
    """

    cage: Cage

    def convert(self, read: Callable[[], bytes], source: FileFormat, target: FileFormat) -> bytes:
        """Return what is read in the other format; text is UTF-8 on both sides.

        It is read once there is a place: what waits for one is not in memory.
        """
        if source is target and source in (FileFormat.TEXT, FileFormat.MARKDOWN):
            return read()
        with self.cage.place(), _explained(source):
            harmless = self._to_html(read(), source)
            if target is FileFormat.HTML:
                return harmless
            return self.cage.run(pandoc(*_FROM_HTML, *_WRITTEN[target]), harmless)

    def track(self, redline: Redline, source: FileFormat) -> bytes:
        """Return a DOCX with the changes in it, each to be accepted or rejected.

        Who accepts all has the new text as it would be converted, who rejects all has the old one.
        """
        text = redline.text
        about = {"signs": text.signs, "author": redline.author, "date": redline.date}
        with self.cage.place(), _explained(source):
            trees = {
                b"old": self._tree(text.old.encode(), source),
                b"new": self._tree(text.new.encode(), source),
                b"signed": self._hints(text.signed.encode(), source),
            }
            members = (b'"%b":%b,' % member for member in trees.items())
            sent = b"{%b%b" % (b"".join(members), orjson.dumps(about)[1:])
            merged = self.cage.run(own_program(changes), sent)
            written = self.cage.run(pandoc("--from", "json", *_WRITTEN[FileFormat.DOCX]), merged)
            return self.cage.run(own_program(finish_docx), written)

    def _hints(self, signed: bytes, source: FileFormat) -> bytes:
        """Signs may make a knot of a text; where the changes stand can be found without them."""
        try:
            return self._tree(signed, source)
        except (ExhaustedError, RefusedError):
            return _NO_TREE

    def _tree(self, content: bytes, source: FileFormat) -> bytes:
        return self.cage.run(pandoc(*_FROM_HTML, "--to", "json"), self._to_html(content, source))

    def _to_html(self, content: bytes, source: FileFormat) -> bytes:
        if source is FileFormat.TEXT:
            return _paragraphs(content.decode()).encode()
        if source is FileFormat.DOCX:
            content = self.cage.run(own_program(repack_docx), content)
        if source is not FileFormat.HTML:
            content = self.cage.run(pandoc(*_READ[source], *_TO_HTML), content)
        return self.cage.run(own_program(clean_html), content)


def _paragraphs(text: str) -> str:
    """Return plain text as HTML: its paragraphs, and its lines."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    blocks = (html.escape(block).replace("\n", "<br />\n") for block in _BLANK_LINES.split(lines))
    return "\n".join(f"<p>{block}</p>" for block in blocks if block.strip())


@contextmanager
def _explained(source: FileFormat) -> Iterator[None]:
    try:
        yield
    except ExhaustedError:
        raise _too_much() from None
    except RefusedError as error:
        if error.status == repack_docx.TOO_LARGE:
            raise _too_much() from None
        raise RequestInvalidError(
            "The file cannot be read",
            details=[{"field": "file", "error": f"This is no {source} that can be read"}],
        ) from None


def _too_much() -> PayloadTooLargeError:
    return PayloadTooLargeError("The text is too long or too intricate to be converted")
