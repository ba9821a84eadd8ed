"""People with an account: how they are named, and what they may be."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from email_validator import EmailNotValidError, validate_email

from shared.domain.identity import user_owner

SHORTEST_PASSWORD = 8  # characters
LONGEST_PASSWORD = 1024  # bytes of UTF-8
LONGEST_EMAIL = 254
LONGEST_NAME = 200


class Role(StrEnum):
    """What a user may do beyond what is theirs."""

    USER = "user"
    ADMIN = "admin"


@dataclass(frozen=True)
class User:
    """Somebody with an account.

    `password` is its hash; `password_version` grows with each new one, and a login that was begun
    under an older one is over.
    """

    id: str
    email: str
    email_key: str
    name: str
    password: str
    role: Role
    created_at: datetime
    password_version: int = 1

    @property
    def owner(self) -> str:
        """The name under which all is kept that is theirs."""
        return user_owner(self.id)


@dataclass(frozen=True)
class EmailAddress:
    """An e-mail address as its user writes it, and the key by which it is told from others."""

    shown: str
    key: str


def read_email(text: str) -> EmailAddress:
    """Return the address in its normal form; two that differ in case or Unicode form are one.

    Whether anything is delivered there is not asked, for nothing is sent: the names of a house's
    own network will do, and `.test`.

    :raises ValueError: it is none
    """
    try:
        found = validate_email(
            text,
            check_deliverability=False,
            globally_deliverable=False,
            test_environment=True,
        )
    except EmailNotValidError:
        raise ValueError("This is no e-mail address") from None
    key = unicodedata.normalize("NFC", found.normalized.casefold())
    return EmailAddress(found.normalized, key)


def read_password(text: str) -> str:
    """Return the password in the form that is hashed: keyboards differ in how they compose letters.

    :raises ValueError: it is longer than anybody needs, or holds NUL
    """
    password = unicodedata.normalize("NFC", text)
    if "\x00" in password or len(password.encode()) > LONGEST_PASSWORD:
        raise ValueError(f"Use at most {LONGEST_PASSWORD} bytes, and no NUL")
    return password


def choose_password(text: str, email: EmailAddress) -> str:
    """Return a new password in the form that is hashed.

    :raises ValueError: it is too short or too long, holds NUL, or is the e-mail address
    """
    password = read_password(text)
    if len(password) < SHORTEST_PASSWORD:
        raise ValueError(f"Use at least {SHORTEST_PASSWORD} characters")
    if password.casefold() in (email.key, email.key.partition("@")[0]):
        raise ValueError("Use something else than the e-mail address")
    return password
