"""Bytes of a text file as text, and never as something that only looks like it."""

import codecs

from shared.errors import RequestInvalidError

_READ = ("UTF-8", "UTF-16 with a byte order mark")
# What a declared charset may be called; ASCII is UTF-8, and the mark decides about UTF-16.
_CHARSETS = frozenset({"", "utf-8", "utf8", "us-ascii", "ascii", "utf-16", "utf-16le", "utf-16be"})
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def decode(content: bytes, charset: str = "") -> str:
    """Return the text, without its byte order mark; ends of lines stay as they are.

    :raises RequestInvalidError: it is in another encoding, or no text
    """
    if charset.casefold() not in _CHARSETS:
        raise _unreadable(f"Save the file as {' or '.join(_READ)}")
    mark, encoding = next((m for m in _MARKS if content.startswith(m[0])), (b"", "utf-8"))
    try:
        text = content[len(mark) :].decode(encoding)
    except UnicodeDecodeError:
        raise _unreadable(f"The file is not {' or '.join(_READ)}") from None
    if "\x00" in text:
        raise _unreadable("The file holds NUL characters: it is no text")
    return text


def _unreadable(why: str) -> RequestInvalidError:
    return RequestInvalidError("The file cannot be read", details=[{"field": "file", "error": why}])
