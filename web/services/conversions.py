"""Turns one format of text into another, by way of harmless HTML.

Every way leads through HTML that was cleaned: whatever the source smuggles in, as HTML inside of
Markdown or a link that acts, is gone before anything is made of it.
"""

import html
import importlib.util
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from shared.domain.files.formats import FileFormat
from shared.errors import PayloadTooLargeError, RequestInvalidError
from web.services.cage import MOST_MEMORY_BYTES, Cage, ExhaustedError, Program, RefusedError
from web.services.caged import clean_html, repack_docx

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
    FileFormat.DOCX: ("--to", "docx"),
}
_TO_HTML = ("--to", "html", "--syntax-highlighting", "none", "--email-obfuscation", "none")
_FROM_HTML = ("--from", "html-native_divs-native_spans+task_lists")


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
            command = _pandoc(*_FROM_HTML, *_WRITTEN[target])
            return self.cage.run(command, harmless)

    def _to_html(self, content: bytes, source: FileFormat) -> bytes:
        if source is FileFormat.TEXT:
            return _paragraphs(content.decode()).encode()
        if source is FileFormat.DOCX:
            content = self.cage.run(_script(repack_docx.__file__), content)
        if source is not FileFormat.HTML:
            content = self.cage.run(_pandoc(*_READ[source], *_TO_HTML), content)
        return self.cage.run(_script(clean_html.__file__), content)


def _pandoc(*options: str) -> Program:
    """Pandoc reads and fetches nothing but what it is given; `-M` bounds its memory."""
    bounded = ("+RTS", f"-M{MOST_MEMORY_BYTES}", "-RTS")
    command = (
        _pandoc_path(),
        "--sandbox",
        "--wrap=preserve",
        "--preserve-tabs",
        *options,
        *bounded,
    )
    # The same text makes the same file.
    return Program(command, bounds_its_memory=True, environment={"SOURCE_DATE_EPOCH": "946684800"})


def _pandoc_path() -> str:
    """Return the program that the lock file names, and never another one of this machine."""
    package = importlib.util.find_spec("pypandoc")
    if package is None or package.origin is None:
        raise FileNotFoundError("pypandoc-binary is not installed")
    return str(Path(package.origin).parent / "files" / "pandoc")


def _script(path: str) -> Program:
    return Program((sys.executable, "-I", path))


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
