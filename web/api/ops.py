"""The operators' page: outside `/api`, rendered here, and whole without a script."""

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from shared.data.dead_letters import DROP, REPLAY
from shared.domain.accounts import LONGEST_PASSWORD, EmailAddress, read_email
from shared.domain.identity import bare_address
from shared.domain.limits import Service
from shared.errors import AppError, RequestInvalidError
from shared.version import VERSION
from web.http.context import request_id, services
from web.http.errors import error_response
from web.http.identity import address
from web.http.limits import enter
from web.http.operators import (
    FORM_FIELD,
    HOME,
    POLICY,
    flower_address,
    for_operators,
    is_let_in,
    let_in,
    operator,
    shows_bearer,
    to_login,
    to_page,
)
from web.services.ops import PAUSE, RESUME, SHOWN
from web.services.ops_words import FILTERS, told_by

ops = Blueprint(
    "ops",
    __name__,
    url_prefix=HOME,
    template_folder="../pages",
    static_folder="../pages/static",
)
for name, words in FILTERS.items():
    ops.add_app_template_filter(words, name)


@ops.get("")
@for_operators
def show() -> ResponseReturnValue:
    """Show everything at one glance."""
    overview = services().ops.overview()
    return _page("ops.html", now=overview, told=told_by(request.args.get("told", "")))


@ops.get("/audit")
@for_operators
def audit() -> ResponseReturnValue:
    """Show what operators have done, page by page."""
    before = request.args.get("before", "")
    found = services().ops.deeds(before)
    older = found[SHOWN - 1].id if len(found) > SHOWN else None
    return _page("audit.html", entries=found[:SHOWN], before=before, older=older)


@ops.get("/shelf")
@for_operators
def shelf() -> ResponseReturnValue:
    """Show the dead letters, page by page."""
    before = request.args.get("before", "")
    told = told_by(request.args.get("told", ""))
    return _page("letters.html", shelf=services().ops.shelf(before), before=before, told=told)


@ops.get("/login")
def ask() -> ResponseReturnValue:
    """Show the form."""
    return _page("login.html", fault=None)


@ops.post("/login")
def log_in() -> ResponseReturnValue:
    """Let an admin in; tries count as those of `POST /auth/login` do."""
    try:
        enter(Service.AUTH, bare_address(address()))
        email, password = _credentials()
        token = services().operators.log_in(email, password, address(), request_id())
    except AppError as error:
        return _refused(error, "login.html", fault=error.message)
    return let_in(token)


@ops.post("/logout")
@for_operators
def log_out() -> ResponseReturnValue:
    """End the page's login at once; that of an access token is not the page's to end."""
    if not shows_bearer():
        services().operators.log_out(operator(), request_id())
    return to_login()


@ops.post("/lanes/<lane>/<any(pause, resume):what>")
@for_operators
def switch(lane: str, what: str) -> ResponseReturnValue:
    """Let nobody begin work of a lane, or let it go on."""
    services().ops.switch(what, lane, operator().user_id or "", request_id())
    return to_page({PAUSE: "paused", RESUME: "resumed"}[what])


@ops.post("/shelf/<work_id>/<any(replay, drop):what>")
@for_operators
def settle(work_id: str, what: str) -> ResponseReturnValue:
    """Try a dead letter again as a new job, or take it off the shelf for good."""
    letters = services().ops.letters
    act = {REPLAY: letters.replay, DROP: letters.drop}[what]
    act(work_id, operator().user_id or "", request_id())
    told, before = {REPLAY: "replayed", DROP: "dropped"}[what], request.args.get("before")
    return to_page(told) if before is None else to_page(told, "/shelf", before=before)


@ops.errorhandler(AppError)
def fault(error: AppError) -> ResponseReturnValue:
    """Tell people what is wrong on a page, and programs in JSON."""
    return error_response(error) if shows_bearer() else _refused(error, "fault.html", fault=error)


@ops.after_request
def let_the_page_show(response: Response) -> Response:
    """Let the page have its styles, its forms and its script."""
    if response.mimetype == "text/html":
        response.headers["Content-Security-Policy"] = POLICY
    return response


def _credentials() -> tuple[EmailAddress, str]:
    """Return what the form holds.

    :raises RequestInvalidError: nobody can have such an address, or such a password
    """
    password = request.form.get("password", "")
    if len(password.encode()) > LONGEST_PASSWORD:
        raise RequestInvalidError("No password is as long as that")
    try:
        return read_email(request.form.get("email", "")), password
    except ValueError:
        raise RequestInvalidError("That is no e-mail address") from None


def _page(template: str, **shown: object) -> str:
    found, settings = services(), services().settings
    known = {
        "version": VERSION,
        "settings": settings,
        "flower_url": flower_address(settings),
        "shown": SHOWN,
        "field": FORM_FIELD,
        "form_token": found.operators.form_token(operator()) if is_let_in() else None,
    }
    return render_template(f"ops/{template}", **known | shown)


def _refused(error: AppError, template: str, **shown: object) -> Response:
    """Return a page with the status and headers that a program would get."""
    response = error_response(error)
    response.set_data(_page(template, **shown))
    response.mimetype = "text/html"
    return response
