"""What writers do with documents, for tests."""

from typing import Any

import httpx

from tests.stack_client import Writer

DOCUMENTS = "/api/v1/documents"


def create(writer: Writer, content: str = "Some words.", **more: Any) -> dict[str, Any]:
    """Keep a new document, and return it."""
    answer = writer.http.post(DOCUMENTS, json={"title": "A title", "content": content} | more)
    assert answer.status_code == 201, answer.text
    return answer.json()


def put(
    writer: Writer,
    document: dict[str, Any],
    content: str,
    *,
    match: str | None = None,
    query: dict[str, str] | None = None,
    **more: Any,
) -> httpx.Response:
    """Save over the revision that the document has, or over what `match` names."""
    headers = {"If-Match": match or f'"{document["revision"]}"'}
    body = {"content": content} | more
    return writer.http.put(path(document), json=body, headers=headers, params=query)


def save(writer: Writer, document: dict[str, Any], content: str, **more: Any) -> dict[str, Any]:
    """Save what is to be saved, and return the document as it stands then."""
    answer = put(writer, document, content, **more)
    assert answer.status_code == 200, answer.text
    return answer.json()


def read(writer: Writer, document: dict[str, Any], tail: str = "", **query: Any) -> dict[str, Any]:
    """Return what there is at a path of the document."""
    answer = writer.http.get(path(document, tail), params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def page(writer: Writer, **query: Any) -> dict[str, Any]:
    """Return a page of the list."""
    answer = writer.http.get(DOCUMENTS, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def titles(writer: Writer, **query: Any) -> list[str]:
    return [one["title"] for one in page(writer, **query)["documents"]]


def path(document: dict[str, Any], tail: str = "") -> str:
    return f"{DOCUMENTS}/{document['id']}{tail}"


def fault(answer: httpx.Response) -> tuple[int, str]:
    """Return the status and the code of a refusal."""
    return answer.status_code, answer.json()["error"]["code"]
