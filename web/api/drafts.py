"""What somebody typed into a document and has not saved: keep, recover, throw away."""

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from shared.domain.documents import Draft
from shared.domain.limits import Service
from web.http.bodies import json_response, read_body
from web.http.context import services
from web.http.identity import current_caller, current_owner
from web.http.limits import limited
from web.http.openapi import describe, takes
from web.http.revisions import expected_revisions, names_revision, tagged
from web.schemas.document_versions import DraftBody, DraftView
from web.schemas.headers import ChangeHeaders
from web.services.document_views import view_draft

drafts = Blueprint("drafts", __name__, url_prefix="/documents/<document_id>/draft")


@drafts.get("")
@describe(answers={200: DraftView}, faults=(404,), tag="documents")
@limited(Service.READS)
def read(document_id: str) -> ResponseReturnValue:
    """Show one's draft, and whether the document has moved on since it was begun."""
    draft, document = services().drafts.find(document_id, who=current_owner())
    return tagged(json_response(view_draft(draft, document)), draft.revision)


@drafts.put("")
@takes(ChangeHeaders)
@describe(
    body=DraftBody,
    answers={200: DraftView, 201: DraftView},
    faults=(403, 404, 412, 413, 415, 428),
    tag="documents",
)
@limited(Service.READS)
def save(document_id: str) -> ResponseReturnValue:
    """Keep one's draft.

    With its ETag in `If-Match`, only over what was read. Without, only over what this login saved
    itself: 428 otherwise, so that no device loses the words of another.
    """
    body, caller = read_body(DraftBody), current_caller()
    draft = Draft(
        document_id=document_id,
        owner=caller.owner,
        content=body.content,
        title=body.title,
        base_revision=body.base_revision or 0,
        device=caller.login_id or "",
    )
    kept = services().drafts.save(
        draft, expected=expected_revisions(), is_blind=not names_revision()
    )
    view = view_draft(kept.draft, kept.document)
    return tagged(json_response(view, 201 if kept.is_new else 200), kept.draft.revision)


@drafts.delete("")
@takes(ChangeHeaders)
@describe(answers={204: None}, faults=(404, 412), tag="documents")
@limited(Service.READS)
def delete(document_id: str) -> ResponseReturnValue:
    """Throw one's draft away, if there is one; with `If-Match`, only as it was read."""
    services().drafts.delete(document_id, who=current_owner(), expected=expected_revisions())
    return Response(status=204)
