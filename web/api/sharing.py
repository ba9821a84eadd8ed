"""Who else may use a document."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from shared.domain.limits import Service
from shared.errors import RequestInvalidError
from web.http.bodies import json_response, read_body
from web.http.context import services
from web.http.identity import current_owner
from web.http.limits import enter, limited
from web.http.openapi import describe
from web.schemas.sharing import SharingBody, SharingView
from web.services.document_views import view_sharing

sharing = Blueprint("sharing", __name__, url_prefix="/documents/<document_id>/sharing")


@sharing.get("")
@describe(answers={200: SharingView}, faults=(403, 404), tag="documents")
@limited(Service.READS)
def read(document_id: str) -> ResponseReturnValue:
    """Show the owner who else may use the document."""
    public, people = services().sharing.read(document_id, who=current_owner())
    return json_response(view_sharing(public, people))


# Whether an address has an account is told here, so each that has none costs as much as a login.
@sharing.put("")
@describe(
    body=SharingBody,
    answers={200: SharingView},
    faults=(403, 404, 413, 415),
    tag="documents",
)
@limited(Service.AUTH)
def share(document_id: str) -> ResponseReturnValue:
    """Say anew who may use the document; the list takes the place of the one before."""
    body = read_body(SharingBody)
    named = body.shared_with
    invited = None if named is None else [one.to_domain() for one in named]
    try:
        public, people = services().sharing.share(
            document_id, invited, public=body.public, who=current_owner()
        )
    except RequestInvalidError as error:
        for _ in error.details[1:]:
            enter(Service.AUTH)
        raise
    return json_response(view_sharing(public, people))
