"""Accounts on the command line: `python -m workers.accounts promote-admin|demote-admin EMAIL`."""

import argparse
import sys

from shared.domain.accounts import Role, read_email
from shared.errors import AppError, SettingsError
from shared.settings import load_settings
from workers.upkeep import build_erasures

_ROLES = {"promote-admin": Role.ADMIN, "demote-admin": Role.USER}


def main() -> int:
    """Do what the command line says; return the exit status."""
    arguments = _parser().parse_args()
    try:
        return _give_role(arguments.email, _ROLES[arguments.command])
    except (SettingsError, AppError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _give_role(address: str, role: Role) -> int:
    """Tokens tell the role, so those of the old one end at once: the user logs in again."""
    accounts = build_erasures(load_settings())
    user = accounts.users.find_by_email(read_email(address))
    if user is None or accounts.users.set_role(user.id, role) is None:
        sys.stderr.write("There is no account with this e-mail address\n")
        return 1
    accounts.revocations.end_all(user.owner)
    sys.stdout.write(f"{user.id} is now {role}; all its logins have ended\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m workers.accounts", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, told in (
        ("promote-admin", "let this user do what admins may"),
        ("demote-admin", "make this admin a user again"),
    ):
        commands.add_parser(name, help=told).add_argument("email", help="address of the account")
    return parser


if __name__ == "__main__":
    sys.exit(main())
