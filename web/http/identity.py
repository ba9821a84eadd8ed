"""Who is asking: a user by their token, a session by header or cookie, or a new one."""

from collections.abc import Callable
from functools import wraps
from ipaddress import IPv4Address, IPv6Network, ip_address
from typing import ParamSpec, TypeVar

from flask import Flask, Response, g, request

from shared.domain.identity import (
    Caller,
    Credential,
    Tier,
    is_session_id,
    new_caller,
    session_caller,
    user_owner,
)
from shared.errors import UnauthenticatedError
from shared.settings import Environment, Settings
from web.http.context import services

SESSION_HEADER = "X-Session-Id"
SESSION_COOKIE = "copydesk_session"
SESSION_S = 24 * 3600

Result = TypeVar("Result")
Params = ParamSpec("Params")
Answer = TypeVar("Answer")


def as_caller(act: Callable[[Caller], Result], newcomer: Caller | None = None) -> Result:
    """Do something in the caller's name; a visitor whose cookie is dead becomes a new one.

    Only once it is done does the request belong to the caller: a session is told to nobody for whom
    the store has not made it.

    :raises UnauthenticatedError: the token does not do, or the session of the header is not there
    """
    caller: Caller = newcomer or g.get("caller") or _shown()
    try:
        result = act(caller)
    except UnauthenticatedError:
        if caller.credential is not Credential.COOKIE:
            raise
        caller = caller.renewed()
        result = act(caller)
    g.caller = caller
    return result


def current_caller() -> Caller:
    """Return who this request acts for; only after `as_caller`."""
    caller: Caller = g.caller
    return caller


def current_owner() -> str:
    """Return the owner that this request acts for; only after `as_caller`."""
    return current_caller().owner


def signed_in(view: Callable[Params, Answer]) -> Callable[Params, Answer]:
    """Let only users through to the view; nobody gets a session by asking."""

    @wraps(view)
    def guarded(*args: Params.args, **kwargs: Params.kwargs) -> Answer:
        if _shown().credential is not Credential.BEARER:
            raise UnauthenticatedError("Log in, and send the access token")
        return view(*args, **kwargs)

    guarded.users_only = True  # type: ignore[attr-defined]  # for the API's description
    return guarded


def address() -> str:
    """Return where the request comes from, as far as proxies are trusted.

    An IPv6 caller has a network of 2^64 addresses, so that counts as one.
    """
    given = request.remote_addr or ""
    try:
        found = ip_address(given)
    except ValueError:
        return "unknown"
    if isinstance(found, IPv4Address):
        return given
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(IPv6Network((found, 64), strict=False))


def install_identity(app: Flask, settings: Settings) -> None:
    """Tell new visitors their session, and keep the cookie of the others alive."""
    is_local = settings.environment in (Environment.DEVELOPMENT, Environment.TESTING)

    @app.after_request
    def show_session(response: Response) -> Response:
        caller: Caller | None = g.get("caller")
        if g.get("cookie_is_over"):
            response.delete_cookie(
                SESSION_COOKIE, httponly=True, samesite="Lax", secure=not is_local
            )
        if caller is None or caller.credential not in (Credential.COOKIE, Credential.NEW):
            return response
        if caller.is_new:
            response.headers[SESSION_HEADER] = caller.session_id
        response.set_cookie(
            SESSION_COOKIE,
            caller.session_id,
            max_age=SESSION_S,
            httponly=True,
            samesite="Lax",
            secure=not is_local,
        )
        return response


def shown_session() -> Caller | None:
    """Return the session that is shown, by header or else by cookie, whatever else is."""
    header, cookie = (
        request.headers.get(SESSION_HEADER, ""),
        request.cookies.get(SESSION_COOKIE, ""),
    )
    if is_session_id(header):
        return session_caller(header, Credential.HEADER, address())
    if is_session_id(cookie):
        return session_caller(cookie, Credential.COOKIE, address())
    return None


def end_cookie() -> None:
    """Take the session's cookie back with the answer: from now on they are a user."""
    g.cookie_is_over = SESSION_COOKIE in request.cookies


def _shown() -> Caller:
    scheme, *token = request.headers.get("Authorization", "").split(None, 1) or [""]
    if scheme.lower() == "bearer":
        # A bearer wins over a session, and a bad one is never anonymous.
        return _user(token[0].strip() if token else "")
    given = request.headers.get(SESSION_HEADER)
    if given is not None:
        if not is_session_id(given):
            raise UnauthenticatedError("The session is unknown or has ended")
        return session_caller(given, Credential.HEADER, address())
    cookie = request.cookies.get(SESSION_COOKIE, "")
    if is_session_id(cookie):
        return session_caller(cookie, Credential.COOKIE, address())
    return new_caller(address())


def _user(token: str) -> Caller:
    bearer = services().tokens.read(token)
    return Caller(
        owner=user_owner(bearer.user_id),
        tier=Tier(bearer.role.value),
        credential=Credential.BEARER,
        address=address(),
        user_id=bearer.user_id,
        login_id=bearer.login_id,
        issued_ms=bearer.issued_ms,
    )
