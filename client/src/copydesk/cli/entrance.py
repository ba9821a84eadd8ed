"""Opens the desk that a command works at."""

import base64
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Unpack

from copydesk import Desk
from copydesk.cli.exits import CommandError, ExitCode
from copydesk.cli.folders import config_folder
from copydesk.cli.logins import Logins
from copydesk.cli.patience import Patience
from copydesk.cli.renewals import SharedLogin
from copydesk.errors import ConnectionFailedError
from copydesk.lines.http import shown
from copydesk.models.accounts import Credentials
from copydesk.terms import DeskOptions


@dataclass(frozen=True)
class OpenDesk:
    """A desk, where it is, and a name for the caller that tells nothing about them."""

    desk: Desk
    url: str
    account: str


def logins() -> Logins:
    """Return what is kept of the caller's logins."""
    return Logins(config_folder())


def server_url(named: str | None) -> str:
    """Return the address that is meant.

    :raises CommandError: it is none
    """
    # The shell's completion comes here without a command, and so without its options.
    url = (named or os.environ.get("COPYDESK_URL") or logins().server).rstrip("/")
    try:
        shown(url)
    except ValueError as error:
        raise CommandError(f"{error}.") from error
    return url


@contextmanager
def at_desk(named: str | None, **more: Unpack[DeskOptions]) -> Iterator[Desk]:
    """Give a desk as whoever the caller is: a token, a login, or a session that is kept."""
    url = server_url(named)
    options: DeskOptions = {"retries": Patience()}
    if token := os.environ.get("COPYDESK_TOKEN", "").strip():
        if not (token.isascii() and token.isprintable()):
            raise CommandError("COPYDESK_TOKEN holds no token.", ExitCode.UNREACHABLE)
        options["token"] = token
    else:
        options.update(_as_before(url, logins()))
    options.update(more)
    with Desk(url, **options) as desk:
        try:
            yield desk
        except ConnectionFailedError as error:
            told = f"The server at {shown(url)} cannot be reached: {error}."
            raise CommandError(told, ExitCode.UNREACHABLE) from error


@contextmanager
def at_known_desk(named: str | None) -> Iterator[OpenDesk]:
    """Give a desk together with who the caller is there, before anything is ordered.

    A session begins with the first request. Were that the order itself, a command that is killed
    before the answer would not know its own session any more, and pay again in another one.
    """
    with at_desk(named) as desk:
        if not desk.credentials.token:
            desk.limits()  # whoever was here long ago has a new session from now on
        url = server_url(named)
        yield OpenDesk(desk, url, _account(url, desk.credentials))


def _as_before(url: str, known: Logins) -> DeskOptions:
    """Return who the caller was the last time, and how to keep what changes."""
    kept = known.find(url)

    def keep(fresh: Credentials) -> None:
        known.keep(url, fresh)

    return {
        "token": kept.token,
        "refresh_token": kept.refresh_token,
        "session": kept.session,
        "on_credentials": keep,
        "transport": SharedLogin(url, known),
    }


def _account(url: str, who: Credentials) -> str:
    if not who.token:
        return _digest(who.session or "")
    return _digest(logins().user(url) or _subject(who.token))


def _subject(token: str) -> str:
    """Return whose token it is, for it changes every hour; itself where it does not tell."""
    try:
        body = token.split(".")[1]
        return str(json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))["sub"])
    except (IndexError, KeyError, ValueError):
        return token


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
