"""Templates over the wire, for tests."""

import secrets
from typing import Any

import httpx

from tests.stack_client import Writer

TEMPLATES = "/api/v1/templates"
TONE = {"type": "string", "enum": ["kind", "firm"], "default": "kind"}
TONES = {"type": "object", "additionalProperties": False, "properties": {"tone": TONE}}


def body(**said: Any) -> dict[str, Any]:
    """Return what makes a template."""
    return {"name": "Calmer", "instruction": "Take the heat out."} | said


def make(writer: Writer, **said: Any) -> dict[str, Any]:
    answer = writer.http.post(TEMPLATES, json=body(**said))
    assert answer.status_code == 201, answer.text
    return answer.json()


def put(writer: Writer, template_id: str, if_match: str | None = None, **said: Any) -> Any:
    """Say a template anew, in other words than ever before."""
    headers = {"If-Match": if_match} if if_match else {}
    changed = body(**{"description": secrets.token_hex()} | said)
    return writer.http.put(f"{TEMPLATES}/{template_id}", json=changed, headers=headers)


def get(writer: Writer, path: str, **query: Any) -> httpx.Response:
    return writer.http.get(f"{TEMPLATES}/{path}", params=query)


def ids(writer: Writer, **query: Any) -> list[str]:
    """Return the ids of one page."""
    answer = writer.http.get(TEMPLATES, params=query)
    assert answer.status_code == 200, answer.text
    return [each["id"] for each in answer.json()["templates"]]


def prompt(template_id: str, **more: Any) -> dict[str, Any]:
    return {"type": "template", "id": template_id} | more
