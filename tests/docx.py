"""DOCX files for tests: honest ones, and ones that mean harm."""

import io
import zipfile

_NS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-'
    'officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELS = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    "{}</Relationships>"
)
_MAIN = f'<Relationship Id="rId1" Type="{_R}/officeDocument" Target="word/document.xml"/>'

STYLES = (
    f'<w:styles xmlns:w="{_NS}"><w:style w:type="paragraph" w:styleId="Title">'
    '<w:name w:val="Title"/></w:style></w:styles>'
)
_STYLES = f'<Relationship Id="rId2" Type="{_R}/styles" Target="styles.xml"/>'


def document_xml(body: str, head: str = '<?xml version="1.0" encoding="UTF-8"?>') -> str:
    """Return a document whose body is this XML."""
    return f'{head}<w:document xmlns:w="{_NS}" xmlns:r="{_R}"><w:body>{body}</w:body></w:document>'


def paragraph(text: str, style: str = "") -> str:
    styled = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{styled}<w:r><w:t>{text}</w:t></w:r></w:p>"


def relationship(name: str, kind: str, target: str) -> str:
    """Return a relationship to something outside of the file."""
    return f'<Relationship Id="{name}" Type="{_R}/{kind}" Target="{target}" TargetMode="External"/>'


def docx(document: str | bytes, *, links: str = "", **more: str | bytes) -> bytes:
    """Return a package with this document; `more` are parts by name, `__` for the slash."""
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _RELS.format(_MAIN),
        "word/_rels/document.xml.rels": _RELS.format(_STYLES + links),
        "word/document.xml": document,
        **{name.replace("__", "/"): part for name, part in more.items()},
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in parts.items():
            package.writestr(name, part)
    return packed.getvalue()
