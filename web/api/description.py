"""The API's description, and a page to try it."""

import base64
import hashlib
import re

import orjson
from flask import Blueprint, Response, current_app, request
from flask.typing import ResponseReturnValue
from flask_swagger_ui import get_swaggerui_blueprint

from shared.version import VERSION
from web.http.api_versions import ALIAS
from web.http.openapi import PREFIX, describe_api

description = Blueprint("description", __name__)
DOCS = f"{PREFIX}/docs"
pages: Blueprint = get_swaggerui_blueprint(
    DOCS,
    f"{PREFIX}/openapi.json",
    # Said here, or the page would repeat the host that the request names, in a script.
    config={"app_name": "Copydesk", "oauth2RedirectUrl": f"{DOCS}/oauth2-redirect.html"},
)
_INLINE_SCRIPT = re.compile(rb"<script>(.*?)</script>", re.DOTALL)
_PAGE_POLICY = (
    "default-src 'none'; script-src 'self' {scripts}; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)


@description.get("/openapi.json")
def openapi() -> ResponseReturnValue:
    """Give the OpenAPI 3.1 document."""
    document = _document(_prefix_asked())
    return Response(document, mimetype="application/json", headers={"Cache-Control": "no-cache"})


@pages.after_request
def let_the_page_run(response: Response) -> Response:
    """Let the page run its own scripts: those of this site, and the one that stands in it."""
    if response.mimetype == "text/html":
        response.direct_passthrough = False
        inline = _INLINE_SCRIPT.findall(response.get_data())
        scripts = " ".join(f"'sha256-{_digest(script)}'" for script in inline)
        policy = _PAGE_POLICY.format(scripts=scripts)
        response.headers["Content-Security-Policy"] = policy
    return response


def _digest(script: bytes) -> str:
    return base64.b64encode(hashlib.sha256(script).digest()).decode()


def _prefix_asked() -> str:
    """Return the version that is asked about; the alias stands for the newest."""
    asked = request.path.rpartition("/")[0]
    return asked if asked != ALIAS else current_app.extensions["newest"]


def _document(prefix: str) -> bytes:
    known: dict[str, bytes] = current_app.extensions.setdefault("openapi", {})
    if prefix not in known:
        known[prefix] = orjson.dumps(describe_api(current_app, VERSION, prefix))
    return known[prefix]
