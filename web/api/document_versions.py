"""What documents said before: list, read, compare, bring back."""

from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue

from shared.domain.documents import Version
from shared.domain.limits import Service
from shared.domain.text import OffsetEncoding, OffsetMap
from shared.domain.version_diffs import TextChange, compare
from web.api.documents import document_answer
from web.http.bodies import has_body, json_response, read_body, read_query
from web.http.context import services
from web.http.identity import current_owner
from web.http.limits import limited
from web.http.offload import offload
from web.http.openapi import describe, takes
from web.http.revisions import expected_revisions
from web.schemas.document_versions import (
    DiffQuery,
    DiffView,
    RestoreBody,
    VersionList,
    VersionsQuery,
    VersionView,
)
from web.schemas.documents import DocumentView
from web.schemas.headers import ChangeHeaders
from web.services.document_views import view_version, view_version_summary

versions = Blueprint("document_versions", __name__, url_prefix="/documents/<document_id>")


@versions.get("/versions")
@describe(query=VersionsQuery, answers={200: VersionList}, faults=(403, 404), tag="documents")
@limited(Service.READS)
def index(document_id: str) -> ResponseReturnValue:
    """List the versions of a document in their order, the one that stands now included."""
    query, who = read_query(VersionsQuery), current_owner()
    found, following = services().versions.page(
        document_id, who=who, limit=query.limit, after=int(query.cursor)
    )
    shown = [view_version_summary(version, who=who) for version in found]
    return json_response({"versions": shown, "next_cursor": following})


@versions.get("/versions/<int:revision>")
@describe(answers={200: VersionView}, faults=(403, 404), tag="documents")
@limited(Service.READS)
def read(document_id: str, revision: int) -> ResponseReturnValue:
    """Show what a document said at one of its revisions."""
    who = current_owner()
    found = services().versions.find(document_id, revision, who=who)
    return json_response(view_version(found, who=who))


@versions.get("/diff")
@describe(query=DiffQuery, answers={200: DiffView}, faults=(403, 404), tag="documents")
@limited(Service.READS)
def diff(document_id: str) -> ResponseReturnValue:
    """Compare two versions: the changes with their places in both texts, and a unified diff."""
    query = read_query(DiffQuery)
    old, new = services().versions.pair(document_id, query.from_, query.to, who=current_owner())
    encoding = OffsetEncoding(query.offset_encoding)
    return json_response(offload(lambda: _view_diff(old, new, encoding)))


@versions.post("/versions/<int:revision>/restore")
@takes(ChangeHeaders)
@describe(
    body=RestoreBody,
    answers={200: DocumentView},
    faults=(403, 404, 412, 413, 415),
    tag="documents",
)
@limited(Service.READS)
def restore(document_id: str, revision: int) -> ResponseReturnValue:
    """Bring a version back, as a new one; with `If-Match`, only over what was read."""
    body = read_body(RestoreBody) if has_body() else RestoreBody()
    restored = services().versions.restore(
        document_id, revision, who=current_owner(), expected=expected_revisions(), why=body.why
    )
    return document_answer(restored)


def _view_diff(old: Version, new: Version, encoding: OffsetEncoding) -> dict[str, Any]:
    before, after = old.wording.content, new.wording.content
    found = compare(before, after)
    places = OffsetMap(before, encoding), OffsetMap(after, encoding)

    def view(change: TextChange) -> dict[str, Any]:
        return {
            "start": places[0].encode(change.old.start),
            "end": places[0].encode(change.old.end),
            "new_start": places[1].encode(change.new.start),
            "new_end": places[1].encode(change.new.end),
            "removed": change.old.of(before),
            "inserted": change.new.of(after),
        }

    return {
        "from": old.revision,
        "to": new.revision,
        "offset_encoding": encoding,
        "changes": [view(change) for change in found.changes],
        "unified": found.unified,
    }
