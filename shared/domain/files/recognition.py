"""Finds out what a file is: by what it is said to be, by its name, and by how it begins."""

from typing import Final

from shared.domain.files.formats import FileFormat
from shared.errors import UnsupportedMediaTypeError

LONGEST_MAGIC = 8
_ZIP = b"PK\x03\x04"
# What begins like this is no text, whatever its bytes decode to.
_OTHERS = (_ZIP, b"PK\x05\x06", b"%PDF", b"{\\rtf", b"\xd0\xcf\x11\xe0", b"\x89PNG", b"GIF8", b"MZ")
_ACCEPTED = "Send plain text, Markdown, HTML or DOCX"

_DECLARED: Final = {
    "text/markdown": FileFormat.MARKDOWN,
    "text/x-markdown": FileFormat.MARKDOWN,
    "text/html": FileFormat.HTML,
    "application/xhtml+xml": FileFormat.HTML,
    FileFormat.DOCX.media_type: FileFormat.DOCX,
}
# What programs say that do not know: the name decides, as far as this allows.
_VAGUE: Final = {
    "": frozenset(FileFormat),
    "application/octet-stream": frozenset(FileFormat),
    "application/zip": frozenset({FileFormat.DOCX}),
    "text/plain": frozenset({FileFormat.TEXT, FileFormat.MARKDOWN}),
}
_NAMED: Final = {
    "txt": FileFormat.TEXT,
    "text": FileFormat.TEXT,
    "md": FileFormat.MARKDOWN,
    "markdown": FileFormat.MARKDOWN,
    "htm": FileFormat.HTML,
    "html": FileFormat.HTML,
    "xhtml": FileFormat.HTML,
    "docx": FileFormat.DOCX,
}


def recognise(declared: str, name: str, begins: bytes) -> FileFormat:
    """Return what the file is; type, name and first bytes must not contradict each other.

    :raises UnsupportedMediaTypeError: they do, or it is nothing that we read
    """
    found = _by_type_and_name(declared.casefold(), _ending(name))
    if (found is FileFormat.DOCX) != begins.startswith(_ZIP) or (
        found is not FileFormat.DOCX and begins.startswith(_OTHERS)
    ):
        raise UnsupportedMediaTypeError(f"The content is not the {found} it is said to be")
    return found


def _by_type_and_name(declared: str, ending: str) -> FileFormat:
    named = _NAMED.get(ending)
    if ending and named is None:
        raise UnsupportedMediaTypeError(f"Files with this ending cannot be read. {_ACCEPTED}")
    if declared in _VAGUE:
        possible = _VAGUE[declared]
        if named is None:
            named = FileFormat.TEXT if declared == "text/plain" else None
    elif declared in _DECLARED:
        possible = frozenset({_DECLARED[declared]})
        named = named or _DECLARED[declared]
    else:
        raise UnsupportedMediaTypeError(f"Files of this type cannot be read. {_ACCEPTED}")
    if named is None:
        raise UnsupportedMediaTypeError(f"Neither type nor name says what it is. {_ACCEPTED}")
    if named not in possible:
        raise UnsupportedMediaTypeError("The file's type and the ending of its name contradict")
    return named


def _ending(name: str) -> str:
    """Return what follows the last dot; without one, or where a sentence follows, nothing."""
    _, dot, ending = name.rpartition(".")
    return ending.casefold() if dot and ending.isalnum() and len(ending) <= 8 else ""
