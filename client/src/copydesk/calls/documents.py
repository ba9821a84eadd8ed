"""Documents, their versions, drafts and files."""

import mimetypes
from collections.abc import Mapping
from typing import Any, TypedDict

from copydesk.calls.batches import match
from copydesk.calls.wire import (
    Call,
    File,
    Page,
    Request,
    as_,
    content,
    get,
    given,
    nothing,
    page_of,
)
from copydesk.calls.wire import where as path_to
from copydesk.models.documents import (
    Diff,
    Document,
    DocumentSummary,
    Draft,
    Sharing,
    Version,
    VersionSummary,
)
from copydesk.terms import DocumentFilter, DocumentTerms, FileTerms

AnyDocument = DocumentSummary | str
_ARCHIVED = {None: "all", True: "true", False: "false"}
_BY_NAME = {
    "md": "text/markdown",
    "markdown": "text/markdown",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


class DraftTerms(TypedDict, total=False):
    """What is said of a draft; `over` is the one that was read before."""

    title: str | None
    base_revision: int | None
    over: Draft | None


def create(text: str, more: DocumentTerms) -> Call[Document]:
    """Keep a new document."""
    return Call(Request("POST", "/documents", body={"content": text, **_told(more)}), as_(Document))


def get_(document: AnyDocument) -> Call[Document]:
    """Show a document."""
    return Call(get(_path(document)), as_(Document))


def documents(which: DocumentFilter, cursor: str | None) -> Call[Page[DocumentSummary]]:
    """List documents."""
    query = {
        "q": which.get("q"),
        "tag": which.get("tag"),
        "archived": _ARCHIVED[which.get("archived", False)],
        "shared": "true" if which.get("shared") else None,
        "cursor": cursor,
    }
    return Call(get("/documents", query), page_of(DocumentSummary, "documents"))


def save(
    document: AnyDocument, text: str, revision: int | str | None, more: DocumentTerms
) -> Call[Document]:
    """Save over a revision."""
    if revision is None and isinstance(document, DocumentSummary):
        revision = document.revision
    request = Request(
        "PUT",
        _path(document),
        body={"content": text, **_told(more)},
        headers={"If-Match": match(revision)} if revision else {},
    )
    return Call(request, as_(Document))


def delete(document: AnyDocument) -> Call[None]:
    """Delete a document."""
    return Call(Request("DELETE", _path(document)), nothing)


def archive(document: AnyDocument, verb: str) -> Call[Document]:
    """Put a document into the archive, or take it out."""
    return Call(Request("POST", _path(document, verb), repeatable=True), as_(Document))


def import_file(name: str, file: bytes, more: FileTerms) -> Call[Document]:
    """Make a document of a file."""
    kind = _BY_NAME.get(name.rpartition(".")[2].lower()) or mimetypes.guess_type(name)[0]
    sent = File(name, file, kind or "text/plain", _told(more))
    request = Request("POST", "/documents/import", file=sent)
    return Call(request, as_(Document))


def export(document: AnyDocument, format: str | None, revision: int | None) -> Call[bytes]:
    """Fetch a document as a file."""
    query = {"format": format, "revision": revision}
    return Call(get(_path(document, "export"), query), content)


def share(
    document: AnyDocument, people: Mapping[str, str] | None, public: bool | None
) -> Call[Sharing]:
    """Say who else may use a document."""
    told = None
    if people is not None:
        told = [{"email": email, "access": may} for email, may in people.items()]
    body = given({"public": public, "shared_with": told})
    return Call(Request("PUT", _path(document, "sharing"), body=body), as_(Sharing))


def versions(document: AnyDocument, cursor: str | None) -> Call[Page[VersionSummary]]:
    """List versions."""
    request = get(_path(document, "versions"), {"cursor": cursor})
    return Call(request, page_of(VersionSummary, "versions"))


def version(document: AnyDocument, revision: int) -> Call[Version]:
    """Show a version."""
    return Call(get(_path(document, "versions", revision)), as_(Version))


def diff(document: AnyDocument, old: int | None, new: int | None) -> Call[Diff]:
    """Compare two versions."""
    return Call(get(_path(document, "diff"), {"from": old, "to": new}), as_(Diff))


def restore(document: AnyDocument, revision: int, why: str) -> Call[Document]:
    """Bring a version back."""
    path = _path(document, "versions", revision, "restore")
    return Call(Request("POST", path, body={"why": why}), as_(Document))


def draft(document: AnyDocument) -> Call[Draft]:
    """Show one's draft."""
    return Call(get(_path(document, "draft")), as_(Draft))


def save_draft(document: AnyDocument, text: str, more: DraftTerms) -> Call[Draft]:
    """Keep one's draft."""
    over = more.get("over")
    body = {"title": more.get("title"), "base_revision": more.get("base_revision")}
    request = Request(
        "PUT",
        _path(document, "draft"),
        body={"content": text, **given(body)},
        headers={"If-Match": match(over.revision)} if over else {},
    )
    return Call(request, as_(Draft))


def delete_draft(document: AnyDocument) -> Call[None]:
    """Throw one's draft away."""
    return Call(Request("DELETE", _path(document, "draft"), repeatable=True), nothing)


def _path(document: AnyDocument, *tail: object) -> str:
    named = document if isinstance(document, str) else document.id
    return path_to("documents", named, *tail)


def _told(more: Mapping[str, Any]) -> dict[str, Any]:
    lists = {"tags": list(more["tags"])} if more.get("tags") is not None else {}
    return given(more) | lists
