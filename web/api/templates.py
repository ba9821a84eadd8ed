"""Prompt templates: the system's, and people's own."""

from typing import Any

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from shared.data.mongo.own_templates import Change
from shared.domain.limits import Service
from shared.domain.stored_templates import StoredTemplate, TemplateFilter, TemplateReference
from web.http.bodies import has_body, json_response, read_body, read_query
from web.http.context import services
from web.http.identity import current_caller, current_owner
from web.http.limits import limited
from web.http.openapi import PREFIX, describe, takes
from web.http.revisions import expected_revisions
from web.schemas.headers import ChangeHeaders, ReadHeaders
from web.schemas.templates import (
    ForkBody,
    TemplateBody,
    TemplateList,
    TemplatePerformance,
    TemplateQuery,
    TemplateVersionList,
    TemplateView,
    VersionsQuery,
)
from web.services.template_desk import TemplateListing
from web.services.template_views import performance_view, template_view

templates = Blueprint("templates", __name__, url_prefix="/templates")

_TAG = "templates"
_VERSION = "<int(max=2147483647):version>"


@templates.get("")
@describe(query=TemplateQuery, answers={200: TemplateList}, tag=_TAG)
@limited(Service.READS)
def index() -> ResponseReturnValue:
    """List the templates: the caller's own, newest first, then the system's."""
    query = read_query(TemplateQuery)
    wanted = TemplateFilter.of(query.category, query.q)
    asked = TemplateListing(wanted, query.limit, query.cursor, query.owner)
    found, following = services().template_desk.page(current_owner(), asked)
    return _page("templates", [template_view(each) for each in found], following)


@templates.post("")
@describe(body=TemplateBody, answers={201: TemplateView}, faults=(409, 413, 415), tag=_TAG)
@limited(Service.READS)
def create() -> ResponseReturnValue:
    """Make a template of one's own."""
    text = read_body(TemplateBody).to_domain()
    return _made(services().template_desk.create(text, owner=current_owner()))


@templates.get("/<template_id>")
@takes(ReadHeaders)
@describe(answers={200: TemplateView, 304: None}, faults=(404,), tag=_TAG)
@limited(Service.READS)
def read(template_id: str) -> ResponseReturnValue:
    """Show a template in its newest version."""
    response = _shown(services().template_desk.read(template_id, owner=current_owner()))
    response.make_conditional(request)
    return response


@templates.put("/<template_id>")
@takes(ChangeHeaders)
@describe(
    body=TemplateBody,
    answers={200: TemplateView},
    faults=(403, 404, 409, 412, 413, 415),
    tag=_TAG,
)
@limited(Service.READS)
def change(template_id: str) -> ResponseReturnValue:
    """Say it anew, as the next version; with `If-Match` only after the version that it names."""
    step = Change(read_body(TemplateBody).to_domain(), expected_revisions())
    return _shown(services().template_desk.change(template_id, step, owner=current_owner()))


@templates.delete("/<template_id>")
@takes(ChangeHeaders)
@describe(answers={204: None}, faults=(403, 404, 412), tag=_TAG)
@limited(Service.READS)
def delete(template_id: str) -> ResponseReturnValue:
    """Delete a template with all its versions."""
    services().template_desk.delete(
        template_id, owner=current_owner(), expected=expected_revisions()
    )
    return Response(status=204)


@templates.get("/<template_id>/versions")
@describe(query=VersionsQuery, answers={200: TemplateVersionList}, faults=(404,), tag=_TAG)
@limited(Service.READS)
def versions(template_id: str) -> ResponseReturnValue:
    """List the versions of a template, from the first on."""
    query = read_query(VersionsQuery)
    found = services().template_desk.versions(
        template_id, owner=current_owner(), after=query.after, limit=query.limit + 1
    )
    shown = [template_view(each) for each in found[: query.limit]]
    return _page("versions", shown, _last(shown) if len(found) > query.limit else None)


@templates.get(f"/<template_id>/versions/{_VERSION}")
@describe(answers={200: TemplateView}, faults=(404,), tag=_TAG)
@limited(Service.READS)
def read_version(template_id: str, version: int) -> ResponseReturnValue:
    """Show one version of a template."""
    desk = services().template_desk
    return _shown(desk.read(template_id, owner=current_owner(), version=version))


@templates.post("/<template_id>/fork")
@describe(body=ForkBody, answers={201: TemplateView}, faults=(404, 409, 413, 415), tag=_TAG)
@limited(Service.READS)
def fork(template_id: str) -> ResponseReturnValue:
    """Copy a template into one of one's own; the body may be left out."""
    body = read_body(ForkBody) if has_body() else ForkBody()
    source = TemplateReference(template_id, body.version) if body.version else template_id
    return _made(services().template_desk.fork(source, owner=current_owner(), name=body.name))


@templates.get("/<template_id>/performance")
@describe(query=VersionsQuery, answers={200: TemplatePerformance}, faults=(403, 404), tag=_TAG)
@limited(Service.READS)
def performance(template_id: str) -> ResponseReturnValue:
    """Show how often suggestions of each version were accepted; the system's for admins only."""
    query = read_query(VersionsQuery)
    found = services().template_desk.performance(
        template_id, current_caller(), after=query.after, limit=query.limit + 1
    )
    shown = [performance_view(version, tally) for version, tally in found[: query.limit]]
    following = _last(shown) if len(found) > query.limit else None
    return json_response({"template_id": template_id, "versions": shown, "next_cursor": following})


def _made(made: StoredTemplate) -> Response:
    location = f"{PREFIX}/templates/{made.template.id}"
    response = json_response(template_view(made), 201, {"Location": location})
    response.set_etag(str(made.template.version))
    return response


def _shown(found: StoredTemplate) -> Response:
    response = json_response(template_view(found))
    response.set_etag(str(found.template.version))
    return response


def _page(name: str, shown: list[dict[str, Any]], following: str | None) -> Response:
    return json_response({name: shown, "next_cursor": following})


def _last(shown: list[dict[str, Any]]) -> str:
    return str(shown[-1]["version"])
