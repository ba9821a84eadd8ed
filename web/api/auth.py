"""Who one is: anonymous sessions, logins, and one's own account."""

import time

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from shared.data.cached_users import Profile
from shared.domain.accounts import User
from shared.domain.identity import bare_address, new_caller
from shared.domain.limits import Service
from web.http.bodies import json_response, read_body, secret_response
from web.http.context import services
from web.http.identity import (
    SESSION_S,
    address,
    current_caller,
    end_cookie,
    shown_session,
    signed_in,
)
from web.http.limits import enter, limited
from web.http.openapi import describe
from web.schemas.auth import (
    LeaveBody,
    LoginBody,
    LogoutBody,
    PasswordBody,
    ProfileBody,
    RefreshBody,
    RegisterBody,
    SessionView,
    TokensView,
    UserView,
)
from web.services.job_views import timestamp
from web.services.logins import Granted

auth = Blueprint("auth", __name__, url_prefix="/auth")


@auth.post("/anonymous")
@describe(answers={201: SessionView}, tag="auth")
def begin() -> ResponseReturnValue:
    """Begin an anonymous session, whatever session one had."""
    newcomer = new_caller(address())
    enter(Service.AUTH, newcomer)
    expires_ms = int((time.time() + SESSION_S) * 1000)
    session = {"session_id": newcomer.session_id, "expires_at": timestamp(expires_ms)}
    return secret_response(session, 201)


@auth.post("/register")
@describe(body=RegisterBody, answers={201: TokensView}, faults=(409, 413, 415), tag="auth")
def register() -> ResponseReturnValue:
    """Make an account, and log in to it; what the session owns moves to it, and it ends."""
    enter(Service.AUTH, bare_address(address()))
    body = read_body(RegisterBody)
    granted = services().accounts.register(body.address(), body.password, body.name, address())
    return _let_in(granted, 201)


@auth.post("/login")
@describe(body=LoginBody, answers={200: TokensView}, faults=(413, 415), tag="auth")
def log_in() -> ResponseReturnValue:
    """Log in; a wrong password and an unknown account are answered alike.

    What the session owns moves to the user, and the session ends.
    """
    enter(Service.AUTH, bare_address(address()))
    body = read_body(LoginBody)
    granted = services().logins.log_in(body.address(), body.password, address())
    return _let_in(granted, 200)


@auth.post("/refresh")
@describe(body=RefreshBody, answers={200: TokensView}, faults=(413, 415), tag="auth")
def refresh() -> ResponseReturnValue:
    """Get fresh tokens for a refresh token; one that was used before ends the login."""
    enter(Service.AUTH, bare_address(address()))
    body = read_body(RefreshBody)
    return _tokens(services().logins.refresh(body.refresh_token), 200)


@auth.post("/logout")
@describe(body=LogoutBody, answers={204: None}, faults=(413, 415), tag="auth")
def log_out() -> ResponseReturnValue:
    """End the login of a refresh token at once, or all logins of its user."""
    enter(Service.AUTH, bare_address(address()))
    body = read_body(LogoutBody)
    services().logins.log_out(body.refresh_token, everywhere=body.everywhere)
    return Response(status=204)


@auth.get("/me")
@describe(answers={200: UserView}, tag="auth")
@signed_in
@limited(Service.READS)
def read() -> ResponseReturnValue:
    """Show one's own account."""
    return json_response(_view(services().accounts.profile(current_caller())))


@auth.patch("/me")
@describe(
    body=ProfileBody,
    answers={200: UserView},
    faults=(403, 409, 413, 415),
    tag="auth",
)
@signed_in
@limited(Service.AUTH)
def change() -> ResponseReturnValue:
    """Change one's name, or with the password the e-mail address."""
    body = read_body(ProfileBody)
    user = services().accounts.change(
        current_caller(), name=body.name, email=body.address(), password=body.current_password
    )
    return json_response(_view(user))


@auth.post("/password")
@describe(body=PasswordBody, answers={204: None}, faults=(403, 409, 413, 415), tag="auth")
@signed_in
@limited(Service.AUTH)
def change_password() -> ResponseReturnValue:
    """Change one's password; every other login ends at once."""
    body = read_body(PasswordBody)
    services().accounts.change_password(current_caller(), body.current_password, body.new_password)
    return Response(status=204)


@auth.delete("/me")
@describe(body=LeaveBody, answers={204: None}, faults=(403, 413, 415), tag="auth")
@signed_in
@limited(Service.AUTH)
def delete() -> ResponseReturnValue:
    """Delete one's account with all that it owns."""
    services().accounts.delete(current_caller(), read_body(LeaveBody).password)
    return Response(status=204)


def _let_in(granted: Granted, status: int) -> Response:
    services().promotions.promote(shown_session(), granted.user)
    end_cookie()
    return _tokens(granted, status)


def _tokens(granted: Granted, status: int) -> Response:
    tokens = {
        "access_token": granted.access_token,
        "refresh_token": granted.refresh_token,
        "token_type": "Bearer",
        "expires_in": granted.expires_in_s,
        "user": _view(granted.user),
    }
    return secret_response(tokens, status)


def _view(user: User | Profile) -> dict[str, object]:
    return {"id": user.id, "email": user.email, "name": user.name, "role": user.role}
