"""The API's description, and a page to try it."""

import orjson
from flask import Blueprint, Response, current_app
from flask.typing import ResponseReturnValue
from flask_swagger_ui import get_swaggerui_blueprint

from shared.version import VERSION
from web.http.openapi import PREFIX, describe_api

description = Blueprint("description", __name__)
DOCS = f"{PREFIX}/docs"
pages = get_swaggerui_blueprint(DOCS, f"{PREFIX}/openapi.json", config={"app_name": "Copydesk"})


@description.get("/openapi.json")
def openapi() -> ResponseReturnValue:
    """Give the OpenAPI 3.1 document."""
    return Response(_document(), mimetype="application/json")


def _document() -> bytes:
    if "openapi" not in current_app.extensions:
        described = describe_api(current_app, VERSION)
        current_app.extensions["openapi"] = orjson.dumps(described)
    document: bytes = current_app.extensions["openapi"]
    return document
