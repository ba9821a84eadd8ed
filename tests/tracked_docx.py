"""Reads the tracked changes of a DOCX, as a word processor does that accepts or rejects them."""

import io
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterator

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_P, _R, _TC = f"{W}p", f"{W}r", f"{W}tc"
_INSERTED, _DELETED = f"{W}ins", f"{W}del"
_SIGNS = {f"{W}br": "\n", f"{W}tab": "\t", f"{W}noBreakHyphen": "-"}


class TrackedDocx:
    """What a DOCX says, paragraph by paragraph; the notes stand where they are referred to."""

    def __init__(self, content: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            self._root, self._notes = (
                ET.fromstring(package.read(f"word/{part}.xml"))  # noqa: S314 - it is our own
                for part in ("document", "footnotes")
            )

    @property
    def accepted(self) -> list[str]:
        """What stands there once all changes are accepted; empty paragraphs are left out."""
        return self._paragraphs(gone=_DELETED)

    @property
    def rejected(self) -> list[str]:
        """What stands there once all changes are rejected."""
        return self._paragraphs(gone=_INSERTED)

    @property
    def changes(self) -> list[ET.Element]:
        return [one for one in self._root.iter() if one.tag in (_INSERTED, _DELETED)]

    def texts(self, tag: str) -> list[str]:
        """What each `ins` or `del` of words holds."""
        found = ["".join(self._said(one, gone="")) for one in self._root.iter(W + tag)]
        return [text for text in found if text]

    def _paragraphs(self, gone: str) -> list[str]:
        texts, begun, ended_in = [], "", None
        for box, paragraph in _with_boxes(self._root):
            if box is not ended_in:
                texts, begun = [*texts, begun], ""
            begun, ended_in = begun + "".join(self._said(paragraph, gone)), box
            if paragraph.find(f"{W}pPr/{W}rPr/{gone}") is None:
                texts, begun = [*texts, begun], ""
        return [text for text in (*texts, begun) if text.strip()]

    def _said(self, node: ET.Element, gone: str) -> Iterator[str]:
        for child in node:
            if child.tag == gone:
                continue
            if child.tag in (f"{W}t", f"{W}delText"):
                yield child.text or ""
            elif child.tag in _SIGNS:
                yield _SIGNS[child.tag]
            elif child.tag == f"{W}footnoteReference":
                yield f"[{self._note(child.get(f'{W}id', ''), gone)}]"
            elif child.tag != f"{W}pPr":
                yield from self._said(child, gone)

    def _note(self, number: str, gone: str) -> str:
        note = next(one for one in self._notes if one.get(f"{W}id") == number)
        return "".join(self._said(note, gone))


def _with_boxes(node: ET.Element) -> Iterator[tuple[ET.Element, ET.Element]]:
    """Yield each paragraph with what it stands in: the body, or a cell."""
    for child in node:
        if child.tag == _P:
            yield node, child
        else:
            yield from _with_boxes(child)
