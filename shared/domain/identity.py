"""Who is asking, and what that lets them do how often."""

import hashlib
import re
import secrets
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

_SESSION_ID = re.compile(r"[A-Za-z0-9_-]{43}")


class Tier(StrEnum):
    """What a caller is to the rate limits."""

    ANONYMOUS = "anonymous"
    USER = "user"
    ADMIN = "admin"


class Credential(StrEnum):
    """How a session was shown; a dead cookie is replaced, a dead header is refused."""

    HEADER = "header"
    COOKIE = "cookie"
    NEW = "new"


@dataclass(frozen=True)
class Caller:
    """Somebody with a session that the stores have yet to confirm."""

    session_id: str
    credential: Credential
    address: str

    tier = Tier.ANONYMOUS

    @cached_property
    def owner(self) -> str:
        """The name under which jobs are kept: a digest, so that no key or list shows a session."""
        return "s" + hashlib.sha256(self.session_id.encode()).hexdigest()[:32]

    @property
    def is_new(self) -> bool:
        """Whether this request makes the session."""
        return self.credential is Credential.NEW

    def renewed(self) -> "Caller":
        """Return the same visitor with a fresh session."""
        return new_caller(self.address)


def new_caller(address: str) -> Caller:
    """Return a visitor with a session of 256 random bits."""
    return Caller(secrets.token_urlsafe(32), Credential.NEW, address)


def is_session_id(text: str) -> bool:
    """Whether this could be one of our session ids at all."""
    return _SESSION_ID.fullmatch(text) is not None
