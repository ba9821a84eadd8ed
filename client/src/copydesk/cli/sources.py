"""The texts that are to be improved, byte for byte as they were found."""

import hashlib
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from copydesk.cli.exits import CommandError

STANDARD_INPUT = "-"
_BOM = b"\xef\xbb\xbf"
_LONE_FEED = re.compile(r"(?<!\r)\n")


class SourceFormat(StrEnum):
    """What a file holds."""

    TEXT = "text"
    MARKDOWN = "markdown"
    HTML = "html"
    DOCX = "docx"


_BY_SUFFIX: Mapping[str, SourceFormat] = {
    ".md": SourceFormat.MARKDOWN,
    ".markdown": SourceFormat.MARKDOWN,
    ".htm": SourceFormat.HTML,
    ".html": SourceFormat.HTML,
    ".docx": SourceFormat.DOCX,
}


@dataclass(frozen=True)
class Source:
    """A file, or standard input where `path` is None; `name` is what the caller called it."""

    name: str
    path: Path | None
    format: SourceFormat
    raw: bytes

    @property
    def digest(self) -> str:
        return digest_of(self.raw)

    @property
    def is_blank(self) -> bool:
        """Whether there is no word in it that could be better."""
        return self.format is not SourceFormat.DOCX and not self.raw.removeprefix(_BOM).strip()

    @property
    def mark(self) -> str:
        """The byte order mark, if it has one."""
        return "\ufeff" if self.raw.startswith(_BOM) else ""

    @property
    def text(self) -> str:
        """The words of it, without a byte order mark.

        :raises CommandError: it is not UTF-8
        """
        try:
            return self.raw.removeprefix(_BOM).decode()
        except UnicodeDecodeError as error:
            place = error.start + len(self.raw) - len(self.raw.removeprefix(_BOM))
            raise CommandError(
                f"{self.name} is not UTF-8 text (byte {place + 1}). Convert it first."
            ) from error

    def with_line_ends(self, text: str) -> str:
        """Return a newer text with the line ends of this file."""
        return _LONE_FEED.sub("\r\n", text) if self._ends_lines_with_crlf else text

    def encoded(self, text: str) -> bytes:
        """Return a newer text as this file would hold it, with its byte order mark."""
        return (self.mark + text).encode()

    @property
    def _ends_lines_with_crlf(self) -> bool:
        """Whether all of them do; where both kinds stand, neither is the file's own."""
        return b"\r\n" in self.raw and self.raw.count(b"\n") == self.raw.count(b"\r\n")


def read_source(name: str, wanted: SourceFormat | None) -> Source:
    """Read a file; its suffix tells the format unless one is wanted.

    :raises CommandError: there is no such file, or it cannot be read
    """
    if name == STANDARD_INPUT:
        raw = sys.stdin.buffer.read()
        return Source(name, None, wanted or SourceFormat.TEXT, raw)
    path = Path(name)
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise CommandError(f"{name} cannot be read: {error.strerror}.") from error
    return Source(name, path, wanted or format_of(path), raw)


def format_of(path: Path) -> SourceFormat:
    """Return what the file's suffix promises; plain text where it promises nothing."""
    return _BY_SUFFIX.get(path.suffix.lower(), SourceFormat.TEXT)


def digest_of(content: bytes) -> str:
    """Return what stands for a content where its words may not."""
    return hashlib.sha256(content).hexdigest()
