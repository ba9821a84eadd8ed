"""What writers do with files, for tests."""

from typing import Any

import httpx

from tests.document_client import DOCUMENTS, path
from tests.stack_client import Writer

DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def import_file(
    writer: Writer, name: str, content: str | bytes, media_type: str, **fields: Any
) -> httpx.Response:
    """Send a file as a form does."""
    raw = content.encode() if isinstance(content, str) else content
    file = {"file": (name, raw, media_type)}
    return writer.http.post(f"{DOCUMENTS}/import", files=file, data=fields)


def imported(
    writer: Writer, name: str, content: str | bytes, media_type: str, **fields: Any
) -> dict[str, Any]:
    """Send a file that is to be taken, and return the document."""
    answer = import_file(writer, name, content, media_type, **fields)
    assert answer.status_code == 201, answer.text
    return answer.json()


def export(writer: Writer, document: dict[str, Any], wanted: str = "") -> httpx.Response:
    """Return the answer with the file."""
    query = {"format": wanted} if wanted else {}
    answer = writer.http.get(path(document, "/export"), params=query)
    assert answer.status_code == 200, answer.text
    return answer
