"""Who is asking, and what that lets them do how often."""

import hashlib
import re
import secrets
from dataclasses import dataclass
from enum import StrEnum

_SESSION_ID = re.compile(r"[A-Za-z0-9_-]{43}")


class Tier(StrEnum):
    """What a caller is to the rate limits."""

    ANONYMOUS = "anonymous"
    USER = "user"
    ADMIN = "admin"


class Credential(StrEnum):
    """What was shown; a dead cookie is replaced, everything else that is dead is refused.

    With `NONE` nothing is claimed: only the address counts.
    """

    HEADER = "header"
    COOKIE = "cookie"
    NEW = "new"
    BEARER = "bearer"
    NONE = "none"


@dataclass(frozen=True)
class Caller:
    """Somebody whose session or login the stores have yet to confirm.

    `owner` is the name under which all is kept that is theirs. A session has its `session_id`; a
    user has `user_id`, and `login_id` and `issued_ms` tell the login and the age of the token.
    """

    owner: str
    tier: Tier
    credential: Credential
    address: str
    session_id: str = ""
    user_id: str | None = None
    login_id: str | None = None
    issued_ms: int = 0

    @property
    def is_new(self) -> bool:
        """Whether this request makes the session."""
        return self.credential is Credential.NEW

    def renewed(self) -> "Caller":
        """Return the same visitor with a fresh session."""
        return new_caller(self.address)


def new_caller(address: str) -> Caller:
    """Return a visitor with a session of 256 random bits."""
    return session_caller(secrets.token_urlsafe(32), Credential.NEW, address)


def session_caller(session_id: str, credential: Credential, address: str) -> Caller:
    """Return whoever shows this session."""
    owner = session_owner(session_id)
    return Caller(owner, Tier.ANONYMOUS, credential, address, session_id=session_id)


def bare_address(address: str) -> Caller:
    """Return somebody of whom nothing is known but where they are."""
    owner = "a" + hashlib.sha256(address.encode()).hexdigest()[:32]
    return Caller(owner, Tier.ANONYMOUS, Credential.NONE, address)


def session_owner(session_id: str) -> str:
    """Return what a session owns things as: a digest, so that no key or list shows a session."""
    return "s" + hashlib.sha256(session_id.encode()).hexdigest()[:32]


def user_owner(user_id: str) -> str:
    """Return what a user owns things as."""
    return "u" + user_id


def user_id_of(owner: str) -> str | None:
    """Return the id of the user who owns things as this; None of a session."""
    return owner[1:] if owner.startswith("u") else None


def is_session_id(text: str) -> bool:
    """Whether this could be one of our session ids at all."""
    return _SESSION_ID.fullmatch(text) is not None
