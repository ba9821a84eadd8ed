"""Accounts, limits and use."""

from copydesk.calls.wire import Answer, Call, Request, as_, get, nothing
from copydesk.errors.own import ProtocolError
from copydesk.models.accounts import Credentials, Limits, UsageReport, User
from copydesk.models.fields import read

LOGOUT = "/auth/logout"


def login(email: str, password: str) -> Call[User]:
    """Log in."""
    return _enter("/auth/login", email=email, password=password)


def register(email: str, password: str, name: str) -> Call[User]:
    """Make an account."""
    return _enter("/auth/register", email=email, password=password, name=name)


def refresh(refresh_token: str) -> Call[User]:
    """Get fresh tokens; never sent twice, for a token that was used ends its login."""
    return _enter("/auth/refresh", refresh_token=refresh_token)


def logout(credentials: Credentials, everywhere: bool) -> Call[None]:
    """End the login.

    :raises ValueError: there is none
    """
    if not credentials.refresh_token:
        raise ValueError("There is no login to end")
    body = {"refresh_token": credentials.refresh_token, "everywhere": everywhere}
    return Call(Request("POST", LOGOUT, body=body, is_login=True), nothing)


def me() -> Call[User]:
    """Show one's own account."""
    return Call(get("/auth/me"), as_(User))


def limits() -> Call[Limits]:
    """Show one's limits."""
    return Call(get("/limits"), as_(Limits))


def usage(first: str | None, last: str | None) -> Call[UsageReport]:
    """Show what one used."""
    return Call(get("/analytics/usage", {"from": first, "to": last}), as_(UsageReport))


def granted(request: Request, answer: Answer, known: Credentials) -> Credentials:
    """Return the credentials that are good after this answer.

    :raises ProtocolError: somebody should have been let in, and was not
    """
    if not request.is_login:
        session = answer.headers.get("x-session-id")
        return Credentials(session=session) if session and not known.token else known
    if request.path == LOGOUT:
        return Credentials()
    try:
        told = answer.json
        return Credentials(told["access_token"], told["refresh_token"])
    except (KeyError, TypeError):
        raise ProtocolError("A login came back without its tokens") from None


def _enter(path: str, **body: str) -> Call[User]:
    return Call(Request("POST", path, body=body, is_login=True), _user)


def _user(answer: Answer) -> User:
    return read(User, answer.json.get("user"))
