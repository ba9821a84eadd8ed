"""Documents from files, and as files."""

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from shared.domain.limits import Service
from web.api.documents import created
from web.http.bodies import read_query, validated
from web.http.context import services
from web.http.files import MOST_BYTES, file_response, read_file
from web.http.identity import current_owner
from web.http.limits import limited
from web.http.openapi import describe
from web.http.request_bounds import takes_up_to
from web.http.revisions import knows_revision, tagged
from web.schemas.documents import DocumentView
from web.schemas.files import DocumentFile, ExportQuery, ImportFields, ImportForm

files = Blueprint("files", __name__, url_prefix="/documents")


@files.post("/import")
@describe(body=ImportForm, answers={201: DocumentView}, faults=(413, 415), tag="documents")
@limited(Service.READS)
@takes_up_to(MOST_BYTES)
def import_file() -> ResponseReturnValue:
    """Make a document of a file: plain text, Markdown, HTML or DOCX, of 20 MB at most.

    The file may also be the body itself, with its own Content-Type and the other fields in the
    query. Nothing that acts in HTML is kept.
    """
    sent = read_file()
    naming = validated(ImportFields, sent.fields).to_domain()
    return created(services().files.add(sent.upload, naming, owner=current_owner()))


@files.get("/<document_id>/export")
@describe(
    query=ExportQuery,
    answers={200: DocumentFile, 304: None},
    faults=(403, 404, 413),
    tag="documents",
)
@limited(Service.READS)
def export(document_id: str) -> ResponseReturnValue:
    """Give a document out as a file; 304 to one who has this revision by `If-None-Match`."""
    query, desk = read_query(ExportQuery), services().files
    version = desk.find(document_id, query.revision, who=current_owner())
    if knows_revision(version.revision):
        return tagged(Response(status=304), version.revision)
    return tagged(file_response(desk.give(version, query.wanted)), version.revision)
