"""Finishes what pandoc leaves undone of tracked changes: a program, as `clean_html` is.

Pandoc marks words. A paragraph that goes or comes as a whole has to be marked itself, or an empty
one would be left behind; so has a row of a table, or an empty table would be.
"""

import io
import sys
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterator

from web.services.caged.changes.leaves import WHOLE

_DOCUMENT = "word/document.xml"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_CHANGES = (f"{_W}del", f"{_W}ins")
_AUTHOR, _DATE, _ID = f"{_W}author", f"{_W}date", f"{_W}id"


def finish(content: bytes) -> bytes:
    """Return the DOCX with its changes complete, each with a number of its own."""
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as package,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as finished,
    ):
        for part in package.infolist():
            said = package.read(part)
            finished.writestr(part, _finished(said) if part.filename == _DOCUMENT else said)
    return packed.getvalue()


def _finished(document: bytes) -> bytes:
    # Pandoc has written it, under our bounds.
    for _event, (prefix, address) in ET.iterparse(io.BytesIO(document), ["start-ns"]):  # noqa: S314
        ET.register_namespace(prefix, address)
    root = ET.fromstring(document)  # noqa: S314
    marks = _marked_paragraphs(root)
    _mark_rows(root, marks)
    _number(root)
    finished: bytes = ET.tostring(root, encoding="UTF-8", xml_declaration=True)
    return finished


def _marked_paragraphs(root: ET.Element) -> dict[ET.Element, ET.Element]:
    """Mark the paragraphs that change as a whole; return each with a change of its words."""
    marks = {}
    for paragraph in root.iter(f"{_W}p"):
        change = next((one for one in _changes(paragraph) if _is_whole(one)), None)
        if change is not None:
            marks[paragraph] = change
            properties = _first(paragraph, f"{_W}pPr")
            _first(properties, f"{_W}rPr", last=True).insert(0, _copy(change))
    return marks


def _mark_rows(root: ET.Element, marks: dict[ET.Element, ET.Element]) -> None:
    """Mark the rows of tables all of whose words go or come."""
    for row in root.iter(f"{_W}tr"):
        paragraphs = [one for one in row.iter(f"{_W}p") if one.find(f".//{_W}r") is not None]
        kinds = {marks[one].tag if one in marks else "" for one in paragraphs}
        if len(kinds) == 1 and "" not in kinds:
            _first(row, f"{_W}trPr").append(_copy(marks[paragraphs[0]]))


def _number(root: ET.Element) -> None:
    for number, change in enumerate(_changes(root), 1):
        change.set(_ID, str(number))
        change.set(_AUTHOR, change.get(_AUTHOR, "").removesuffix(WHOLE))


def _changes(root: ET.Element) -> Iterator[ET.Element]:
    return (one for one in root.iter() if one.tag in _CHANGES)


def _is_whole(change: ET.Element) -> bool:
    return change.get(_AUTHOR, "").endswith(WHOLE)


def _copy(change: ET.Element) -> ET.Element:
    return ET.Element(change.tag, change.attrib)


def _first(parent: ET.Element, tag: str, *, last: bool = False) -> ET.Element:
    """Return the child with this tag, made where it has its place if there is none."""
    child = parent.find(tag)
    if child is None:
        child = ET.Element(tag)
        parent.insert(len(parent) if last else 0, child)
    return child


if __name__ == "__main__":
    sys.stdout.buffer.write(finish(sys.stdin.buffer.read()))
