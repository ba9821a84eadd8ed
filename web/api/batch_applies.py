"""A batch's suggestions, put into the stored document."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from shared.domain.limits import Service
from web.http.bodies import has_body, json_response, read_body
from web.http.context import services
from web.http.identity import current_owner
from web.http.limits import limited
from web.http.openapi import describe, takes
from web.http.revisions import required_revisions, tagged
from web.schemas.batch_applies import BatchApplyBody, BatchApplyResult
from web.schemas.headers import SaveHeaders
from web.services.document_views import view_document

batch_applies = Blueprint("batch_applies", __name__, url_prefix="/batches/<batch_id>")


@batch_applies.post("/apply")
@takes(SaveHeaders)
@describe(
    body=BatchApplyBody,
    answers={200: BatchApplyResult},
    faults=(403, 404, 409, 410, 412, 413, 415, 428),
    tag="batches",
)
@limited(Service.READS)
def apply(batch_id: str) -> ResponseReturnValue:
    """Make one revision of the document with the chosen suggestions, over its ETag in `If-Match`.

    What no longer stands where it did is looked for in the text as it is now; what cannot be found
    without doubt is listed and left alone.
    """
    expected, who = required_revisions(), current_owner()
    body = read_body(BatchApplyBody) if has_body() else BatchApplyBody()
    desk = services().batch_applies
    document, outcome = desk.apply(batch_id, body.to_domain(), who=who, expected=expected)
    shown = {
        "document": view_document(document, who=who),
        "applied": outcome.applied,
        "conflicts": [{"id": one.id, "state": one.state} for one in outcome.conflicts],
    }
    return tagged(json_response(shown), document.revision)
