"""Converts files by LibreOffice, a program that has never heard of us."""

import io
import shutil
import subprocess
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path

import pytest

_MOST_S = 120
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_AUTHOR = "{http://purl.org/dc/elements/1.1/}creator"


class OpenDocument:
    """What LibreOffice has understood of a DOCX; what it takes as deleted stands apart there."""

    def __init__(self, content: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            root = ET.fromstring(package.read("content.xml"))  # noqa: S314 - we have made it
        body = root.find(f".//{_OFFICE}text")
        assert body is not None
        self._tracked = body.find(f"{_TEXT}tracked-changes")
        self._body = body

    @property
    def paragraphs(self) -> list[str]:
        """What stands there once all changes are accepted; empty paragraphs are left out."""
        shown = [one for one in self._body if one is not self._tracked]
        kinds = (f"{_TEXT}p", f"{_TEXT}h")
        found = [one for root in shown for one in root.iter() if one.tag in kinds]
        return [text for text in map(_said, found) if text.strip()]

    @property
    def deleted(self) -> list[str]:
        """The words of all deletions."""
        found = [] if self._tracked is None else self._tracked.iter(f"{_TEXT}deletion")
        texts = ["".join(map(_said, list(one)[1:])) for one in found]
        return [text for text in texts if text]

    @property
    def insertions(self) -> int:
        """How many stretches are inserted; their words stand in the text."""
        return 0 if self._tracked is None else len([*self._tracked.iter(f"{_TEXT}insertion")])

    @property
    def authors(self) -> set[str | None]:
        found = [] if self._tracked is None else self._tracked.iter(_AUTHOR)
        return {one.text for one in found}


def as_open_document(docx: bytes, folder: Path) -> OpenDocument:
    """Return the DOCX as LibreOffice reads it; skip the test where there is none."""
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("LibreOffice's soffice is not on the path")
    (folder / "text.docx").write_bytes(docx)
    own = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [program, "--headless", own, "--convert-to", "odt", "--outdir", str(folder)]
    subprocess.run(
        [*command, str(folder / "text.docx")], check=True, capture_output=True, timeout=_MOST_S
    )
    return OpenDocument((folder / "text.odt").read_bytes())


def _said(node: ET.Element | None) -> str:
    return "" if node is None else "".join(_words(node))


def _words(node: ET.Element) -> list[str]:
    own = {f"{_TEXT}line-break": "\n", f"{_TEXT}tab": "\t"}.get(node.tag, node.text or "")
    if node.tag == f"{_TEXT}s":
        own = " " * int(node.get(f"{_TEXT}c", "1"))
    return [own, *(part for one in node for part in (*_words(one), one.tail or ""))]
