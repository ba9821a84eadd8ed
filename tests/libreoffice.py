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
_MACROS = {
    "script.xlb": """<?xml version="1.0" encoding="UTF-8"?>
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard"
 library:readonly="false" library:passwordprotected="false">
<library:element library:name="Module1"/>
</library:library>""",
    "Module1.xba": """<?xml version="1.0" encoding="UTF-8"?>
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1"
 script:language="StarBasic">
Sub Decide(source, target, decision)
  text = StarDesktop.loadComponentFromURL(source, "_blank", 0, Array())
  does = createUnoService("com.sun.star.frame.DispatchHelper")
  does.executeDispatch(text.CurrentController.Frame, decision, "", 0, Array())
  text.storeToURL(target, Array())
  text.close(True)
End Sub
</script:module>""",
}


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
    (folder / "text.docx").write_bytes(docx)
    _run(folder, "--convert-to", "odt", "--outdir", str(folder), str(folder / "text.docx"))
    return OpenDocument((folder / "text.odt").read_bytes())


def with_all(decision: str, docx: bytes, folder: Path) -> OpenDocument:
    """Return what LibreOffice makes of it once all changes are decided: "Accept" or "Reject"."""
    source, target = folder / "text.docx", folder / "decided.odt"
    source.write_bytes(docx)
    macros = folder / "profile" / "user" / "basic" / "Standard"
    macros.mkdir(parents=True, exist_ok=True)
    for name, text in _MACROS.items():
        (macros / name).write_text(text)
    where = f'"{source.as_uri()}", "{target.as_uri()}"'
    _run(folder, f'macro:///Standard.Module1.Decide({where}, ".uno:{decision}AllTrackedChanges")')
    return OpenDocument(target.read_bytes())


def _run(folder: Path, *order: str) -> None:
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("LibreOffice's soffice is not on the path")
    own = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [program, "--headless", own, *order]
    subprocess.run(command, check=True, capture_output=True, timeout=_MOST_S)


def _said(node: ET.Element | None) -> str:
    return "" if node is None else "".join(_words(node))


def _words(node: ET.Element) -> list[str]:
    own = {f"{_TEXT}line-break": "\n", f"{_TEXT}tab": "\t"}.get(node.tag, node.text or "")
    if node.tag == f"{_TEXT}s":
        own = " " * int(node.get(f"{_TEXT}c", "1"))
    return [own, *(part for one in node for part in (*_words(one), one.tail or ""))]
