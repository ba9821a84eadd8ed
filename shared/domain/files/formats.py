"""The kinds of file that documents are made from and given out as."""

from enum import StrEnum
from typing import Final

from shared.domain.text import TextFormat


class FileFormat(StrEnum):
    """A kind of file; all but DOCX are formats of documents too."""

    TEXT = "text"
    MARKDOWN = "markdown"
    HTML = "html"
    DOCX = "docx"

    @property
    def media_type(self) -> str:
        """The type as a response declares it."""
        return _MEDIA_TYPES[self]

    @property
    def extension(self) -> str:
        """The end of a file's name, with its dot."""
        return _EXTENSIONS[self]

    @property
    def kept_as(self) -> TextFormat:
        """The format of a document that is made from such a file, unless another is asked for."""
        return TextFormat.MARKDOWN if self is FileFormat.DOCX else TextFormat(self.value)


_MEDIA_TYPES: Final = {
    FileFormat.TEXT: "text/plain; charset=utf-8",
    FileFormat.MARKDOWN: "text/markdown; charset=utf-8",
    FileFormat.HTML: "text/html; charset=utf-8",
    FileFormat.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
_EXTENSIONS: Final = {
    FileFormat.TEXT: ".txt",
    FileFormat.MARKDOWN: ".md",
    FileFormat.HTML: ".html",
    FileFormat.DOCX: ".docx",
}
