"""Who one is: for now, an anonymous session."""

import time

from flask import Blueprint
from flask.typing import ResponseReturnValue

from shared.domain.identity import new_caller
from shared.domain.limits import Service
from web.http.bodies import json_response
from web.http.identity import SESSION_S, address
from web.http.limits import enter
from web.http.openapi import describe
from web.schemas.auth import SessionView
from web.services.job_views import timestamp

auth = Blueprint("auth", __name__, url_prefix="/auth")


@auth.post("/anonymous")
@describe(answers={201: SessionView}, tag="auth")
def begin() -> ResponseReturnValue:
    """Begin an anonymous session, whatever session one had."""
    newcomer = new_caller(address())
    enter(Service.AUTH, newcomer)
    expires_ms = int((time.time() + SESSION_S) * 1000)
    session = {"session_id": newcomer.session_id, "expires_at": timestamp(expires_ms)}
    return json_response(session, 201)
