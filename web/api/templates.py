"""Prompt templates."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from shared.domain.limits import Service
from shared.domain.prompt_templates import Template
from web.http.bodies import json_response
from web.http.context import services
from web.http.limits import limited
from web.http.openapi import describe
from web.schemas.templates import TemplateList, TemplateView

templates = Blueprint("templates", __name__, url_prefix="/templates")


@templates.get("")
@describe(answers={200: TemplateList}, tag="templates")
@limited(Service.READS)
def index() -> ResponseReturnValue:
    """List the templates."""
    shown = [_view(template).model_dump() for template in services().templates.all()]
    return json_response({"templates": shown, "next_cursor": None})


def _view(template: Template) -> TemplateView:
    return TemplateView(
        id=template.id,
        version=template.version,
        name=template.name,
        description=template.description,
        category=template.category,
        instruction=template.instruction,
        parameters=dict(template.parameters),
        system=True,
    )
