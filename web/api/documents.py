"""Documents: create, list, read, save, archive, delete."""

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from shared.domain.documents import Document
from shared.domain.limits import Service
from web.http.bodies import json_response, read_body, read_query
from web.http.context import services
from web.http.identity import current_owner
from web.http.limits import limited
from web.http.openapi import PREFIX, describe, takes
from web.http.revisions import expected_revisions, knows_revision, required_revisions, tagged
from web.schemas.documents import (
    ChangeQuery,
    DocumentChangeBody,
    DocumentList,
    DocumentsQuery,
    DocumentView,
    NewDocumentBody,
)
from web.schemas.headers import ChangeHeaders, ReadHeaders, SaveHeaders
from web.services.document_views import view_document, view_summary

documents = Blueprint("documents", __name__, url_prefix="/documents")


@documents.get("")
@describe(query=DocumentsQuery, answers={200: DocumentList}, tag="documents")
@limited(Service.READS)
def index() -> ResponseReturnValue:
    """List documents without their content, newest first."""
    query, who = read_query(DocumentsQuery), current_owner()
    found, following = services().documents.page(
        query.to_domain(who), limit=query.limit, cursor=query.cursor
    )
    shown = [view_summary(document, who=who) for document in found]
    return json_response({"documents": shown, "next_cursor": following})


@documents.post("")
@describe(body=NewDocumentBody, answers={201: DocumentView}, faults=(413, 415), tag="documents")
@limited(Service.READS)
def create() -> ResponseReturnValue:
    """Keep a new document."""
    body = read_body(NewDocumentBody)
    made = services().documents.add(body.to_domain(), owner=current_owner(), why=body.why)
    return created(made)


@documents.get("/<document_id>")
@takes(ReadHeaders)
@describe(answers={200: DocumentView, 304: None}, faults=(404,), tag="documents")
@limited(Service.READS)
def read(document_id: str) -> ResponseReturnValue:
    """Show a document; 304 to one who has it by `If-None-Match`."""
    desk, who = services().documents, current_owner()
    if request.if_none_match:
        known = desk.metadata(document_id, who=who)
        # The tag is the revision; what has changed beside it would be missed.
        if knows_revision(known.revision) and not known.is_amended:
            return tagged(Response(status=304), known.revision)
    return document_answer(desk.find(document_id, who=who))


@documents.put("/<document_id>")
@takes(SaveHeaders)
@describe(
    body=DocumentChangeBody,
    query=ChangeQuery,
    answers={200: DocumentView, 201: DocumentView},
    faults=(403, 404, 412, 413, 415, 428),
    tag="documents",
)
@limited(Service.READS)
def update(document_id: str) -> ResponseReturnValue:
    """Save a document, with its ETag in `If-Match`.

    412 where somebody else was first; with `?on_conflict=copy` the text becomes a document of the
    caller's own instead: 201. What changes nothing makes no revision.
    """
    query, expected = read_query(ChangeQuery), required_revisions()
    change = read_body(DocumentChangeBody).to_domain()
    desk = services().documents
    save = desk.save_or_copy if query.on_conflict == "copy" else desk.save
    saved = save(document_id, change, who=current_owner(), expected=expected)
    return document_answer(saved) if saved.id == document_id else created(saved)


@documents.delete("/<document_id>")
@takes(ChangeHeaders)
@describe(answers={204: None}, faults=(403, 404, 412), tag="documents")
@limited(Service.READS)
def delete(document_id: str) -> ResponseReturnValue:
    """Delete a document with all its versions and drafts; with `If-Match`, only as it was read."""
    services().documents.delete(document_id, who=current_owner(), expected=expected_revisions())
    return Response(status=204)


@documents.post("/<document_id>/archive")
@describe(answers={200: DocumentView}, faults=(403, 404), tag="documents")
@limited(Service.READS)
def archive(document_id: str) -> ResponseReturnValue:
    """Put a document into the archive, out of the usual list; the revision stays."""
    return _archive(document_id, archived=True)


@documents.post("/<document_id>/unarchive")
@describe(answers={200: DocumentView}, faults=(403, 404), tag="documents")
@limited(Service.READS)
def unarchive(document_id: str) -> ResponseReturnValue:
    """Take a document out of the archive; the revision stays."""
    return _archive(document_id, archived=False)


def document_answer(document: Document, status: int = 200) -> Response:
    """Return the document with its revision as its ETag."""
    view = view_document(document, who=current_owner())
    return tagged(json_response(view, status), document.revision)


def _archive(document_id: str, *, archived: bool) -> Response:
    desk = services().documents
    return document_answer(desk.archive(document_id, who=current_owner(), archived=archived))


def created(document: Document) -> Response:
    """Return a new document with its place."""
    response = document_answer(document, 201)
    response.headers["Location"] = f"{PREFIX}/documents/{document.id}"
    return response
