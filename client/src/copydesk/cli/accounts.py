"""`copydesk login`, `logout`, `whoami`."""

import sys
from typing import Annotated

import typer

from copydesk.cli.commands import ending_well
from copydesk.cli.entrance import at_desk, logins, server_url
from copydesk.cli.exits import CommandError, ExitCode
from copydesk.cli.options import ServerOption
from copydesk.cli.screens import open_screens
from copydesk.cli.showing import visible
from copydesk.errors import UnauthenticatedError


@ending_well
def login(
    email: Annotated[str | None, typer.Option(help="Asked for, if left out.")] = None,
    server: ServerOption = None,
) -> None:
    """Log in, and mean this server from now on.

    The password is asked for, or read from standard input; it is never an argument, where others on
    this machine could see it. What the anonymous session owned moves to the account.
    """
    address = email or typer.prompt("Email", err=True)
    password = _password()
    with at_desk(server) as desk:
        user = desk.login(address, password)
    logins().keep_user(server_url(server), user.id)
    open_screens().say(f"Logged in as {visible(user.email)} at {server_url(server)}")


@ending_well
def logout(server: ServerOption = None) -> None:
    """End the login, on the server as well."""
    url = server_url(server)
    try:
        with at_desk(server) as desk:
            if desk.credentials.refresh_token:
                desk.logout()
    except UnauthenticatedError:
        pass  # ended already
    logins().forget(url)
    open_screens().say(f"Logged out at {url}")


@ending_well
def whoami(server: ServerOption = None) -> ExitCode:
    """Tell who one is, and at which server; status 5 where nobody is logged in."""
    url, screens = server_url(server), open_screens()
    with at_desk(server) as desk:
        if not desk.credentials.token:
            raise CommandError(f"Nobody is logged in at {url}.", ExitCode.UNREACHABLE)
        user = desk.me()
    screens.emit(f"{visible(user.email)} at {url}\n".encode())
    return ExitCode.DONE


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (login, logout, whoami):
        app.command(command.__name__)(command)


def _password() -> str:
    if sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True, err=True))
    return sys.stdin.readline().rstrip("\r\n")
