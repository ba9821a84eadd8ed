"""Who may use the operators' page: an admin, by a login of the page or by an access token."""

from collections.abc import Callable
from functools import wraps
from typing import Final, ParamSpec
from urllib.parse import urlencode

from flask import Response, g, redirect, request
from flask.typing import ResponseReturnValue

from shared.domain.identity import Caller, Tier
from shared.domain.limits import Service
from shared.errors import ForbiddenError, UnauthenticatedError
from shared.settings import LOOPBACK, Environment, Settings
from web.http.context import services
from web.http.identity import address, current_caller
from web.http.limits import enter

HOME: Final = "/ops"
LOGIN: Final = f"{HOME}/login"
COOKIE: Final = "copydesk_ops"
FORM_FIELD: Final = "form_token"
# Styles and the one script are files of this site; nothing stands in the page itself.
POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

Params = ParamSpec("Params")
_View = Callable[Params, ResponseReturnValue]


def for_operators(view: _View[Params]) -> _View[Params]:
    """Let only admins through; whoever has logged in nowhere is shown where.

    A form counts only from the operator's own page. Who shows an access token needs none: no page
    of others can make a browser send that.
    """

    @wraps(view)
    def guarded(*args: Params.args, **kwargs: Params.kwargs) -> ResponseReturnValue:
        if shows_bearer():
            enter(Service.READS)
        else:
            try:
                token = request.cookies.get(COOKIE, "")
                enter(Service.READS, services().operators.caller(token, address()))
            except UnauthenticatedError:
                return to_login()
        if operator().tier is not Tier.ADMIN:
            raise ForbiddenError("This page is for admins")
        if request.method == "POST" and not shows_bearer():
            services().operators.check_form(operator(), request.form.get(FORM_FIELD, ""))
        return view(*args, **kwargs)

    return guarded


def operator() -> Caller:
    """Return who asks; only within `for_operators`."""
    return current_caller()


def is_let_in() -> bool:
    """Whether this request has come past the guard, so that a page may show more than a fault."""
    return "caller" in g and g.caller.tier is Tier.ADMIN


def shows_bearer() -> bool:
    """Whether a program asks, by an access token; it gets JSON where something is wrong."""
    scheme = request.headers.get("Authorization", "").split(None, 1)[:1]
    return [part.lower() for part in scheme] == ["bearer"]


def to_login() -> Response:
    """Send a browser to the form; what it showed does not do any more."""
    response = _see_other(LOGIN)
    if COOKIE in request.cookies:
        response.delete_cookie(COOKIE, path=HOME, httponly=True, samesite="Strict")
    return response


def to_page(told: str = "", page: str = "", **where: str) -> Response:
    """Send a browser to the page after a form, so that loading it again does nothing twice."""
    query = urlencode({"told": told, **where} if told else where)
    return _see_other(f"{HOME}{page}?{query}" if query else HOME + page)


def let_in(token: str) -> Response:
    """Give the browser its token, for the page alone and out of reach of any script."""
    found, response = services(), to_page()
    is_local = found.settings.environment in (Environment.DEVELOPMENT, Environment.TESTING)
    response.set_cookie(
        COOKIE,
        token,
        max_age=found.operators.tokens.lifetime_s,
        path=HOME,
        secure=not is_local,
        httponly=True,
        samesite="Strict",
    )
    return response


def flower_address(settings: Settings) -> str | None:
    """Return where Flower is, unless nobody has said so and it may be anywhere."""
    if settings.flower_url or settings.host not in LOOPBACK:
        return str(settings.flower_url) if settings.flower_url else None
    return f"http://{settings.host}:{settings.flower_port}/"


def _see_other(place: str) -> Response:
    response = redirect(place, 303)
    assert isinstance(response, Response)
    return response
