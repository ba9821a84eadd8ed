"""Makes of a DOCX a new one with nothing in it but the text: a program, as `clean_html` is.

A DOCX is a ZIP of XML. What it says about itself is not believed: parts are unpacked to a bound,
and only those are packed again that hold text. Macros, pictures, embedded and outer things, and
whatever else a file may be at the same time, are left out.
"""

import io
import re
import sys
import zipfile
import zlib

UNREADABLE, TOO_LARGE = 3, 4  # exit statuses
MOST_PARTS = 5_000
MOST_XML_BYTES = 24 * 1024 * 1024
_TEXT_PARTS = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|docProps/core\.xml"
    r"|word/[A-Za-z0-9]+\.xml|word/theme/[A-Za-z0-9]+\.xml|word/_rels/[A-Za-z0-9]+\.xml\.rels"
)
# UTF-16 would hide a document type from whoever looks for its bytes.
_OTHER_ENCODING = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")
_DOCTYPE = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
_DECLARED_ENCODING = re.compile(rb"""<\?xml[^>]{0,100}?encoding\s*=\s*["']([^"']{1,40})["']""")
# What the library raises for packages that are damaged, encrypted or packed in unusual ways.
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    ValueError,
    OSError,
)


class UnreadableError(Exception):
    """It is no DOCX, or one that means harm."""


class TooLargeError(Exception):
    """It unpacks to more than we take."""


def repack(content: bytes) -> bytes:
    """Return the DOCX with its text alone.

    :raises UnreadableError, TooLargeError: nothing of it is used
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = _text_parts(package)
    except _BROKEN:
        raise UnreadableError from None
    if "word/document.xml" not in parts:
        raise UnreadableError
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as package:
        for name, part in parts.items():
            package.writestr(name, part)
    return packed.getvalue()


def _text_parts(package: zipfile.ZipFile) -> dict[str, bytes]:
    entries = package.infolist()
    if len(entries) > MOST_PARTS:
        raise TooLargeError
    parts: dict[str, bytes] = {}
    left = MOST_XML_BYTES
    for entry in entries:
        if not _TEXT_PARTS.fullmatch(entry.filename):
            continue
        if entry.filename in parts:
            raise UnreadableError  # two parts of one name: readers differ in which they take
        with package.open(entry) as part:
            parts[entry.filename] = _checked(part.read(left + 1))
        left -= len(parts[entry.filename])
        if left < 0:
            raise TooLargeError
    return parts


def _checked(xml: bytes) -> bytes:
    declared = _DECLARED_ENCODING.match(xml.removeprefix(b"\xef\xbb\xbf"))
    is_plain = declared is None or declared[1].lower() in (b"utf-8", b"us-ascii")
    if not is_plain or xml.startswith(_OTHER_ENCODING) or _DOCTYPE.search(xml):
        raise UnreadableError
    return xml


def main() -> None:
    """Repack what comes in."""
    try:
        packed = repack(sys.stdin.buffer.read())
    except UnreadableError:
        sys.exit(UNREADABLE)
    except TooLargeError:
        sys.exit(TOO_LARGE)
    sys.stdout.buffer.write(packed)


if __name__ == "__main__":
    main()
