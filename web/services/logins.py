"""Logs users in and out, and keeps them logged in."""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from shared.data.mongo.logins import Login, LoginRepository
from shared.data.mongo.users import UserRepository
from shared.data.redis.guesses import PasswordGuesses
from shared.data.revocations import Revocations
from shared.domain.accounts import EmailAddress, User
from shared.errors import UnauthenticatedError
from web.services.passwords import Passwords
from web.services.tokens import AccessTokens

MOST_LOGINS = 100  # of one user; the oldest makes room
_REFRESH_TOKEN = re.compile(r"([0-9a-f]{32})\.[A-Za-z0-9_-]{43}")


@dataclass(frozen=True)
class Granted:
    """What lets somebody in."""

    access_token: str
    refresh_token: str
    expires_in_s: int
    user: User


@dataclass(frozen=True)
class LoginDesk:
    """A login is a family of refresh tokens; one that comes twice ends all of it.

    StoreUnavailableError when a store is away: nobody is let in or kept in on a guess.
    """

    users: UserRepository
    logins: LoginRepository
    revocations: Revocations
    guesses: PasswordGuesses
    passwords: Passwords
    tokens: AccessTokens
    new_id: Callable[[], str]

    def log_in(self, email: EmailAddress, password: str, address: str) -> Granted:
        """Begin a login.

        :raises UnauthenticatedError: wrong password or no such account, which is not told
        :raises RateLimitedError: too many tries for this account
        :raises OverloadedError: too many log in at once
        """
        self.guesses.spend(email.key, address)
        user = self.users.find_by_email(email)
        is_right = self.passwords.verify(password, user.password if user else None)
        if user is None or not is_right:
            raise _wrong()
        self.guesses.trust(email.key, address)
        if self.passwords.is_outdated(user.password):
            self.users.rehash(user, self.passwords.hash(password))
        return self.begin(user)

    def begin(self, user: User) -> Granted:
        """Begin a login of somebody whose password is known to be right.

        :raises UnauthenticatedError: it was changed meanwhile, or the account deleted
        """
        login = Login(self.new_id(), user.id, user.password_version)
        token = _new_refresh_token(login.id)
        self.logins.add(login, token)
        # Whoever ends logins changes the user first: either they see this one, or it sees that.
        now = self.users.find(user.id)
        if now is None or now.password_version != user.password_version:
            self.revocations.end(login.owner, [login.id])
            raise _wrong()
        if outnumbered := self.logins.of(login.owner)[MOST_LOGINS:]:
            self.revocations.end(login.owner, outnumbered)
        return self._granted(login, token, now)

    def refresh(self, token: str) -> Granted:
        """Put a fresh pair of tokens in place of this one.

        :raises UnauthenticatedError: it is unknown or over; one that was used ends its login
        """
        login_id = _login_id(token)
        login = self.logins.find(login_id, token)
        if login is None:
            self._end_family(login_id)
            raise _over()
        user = self.users.find(login.user_id)
        if user is None or login.password_version < user.password_version:
            self.revocations.end(login.owner, [login.id])
            raise _over()
        # Last, so that a store that goes away in between has not used the token up. Whoever ended
        # the login meanwhile has denied it or deletes it, and then there is nothing to rotate.
        fresh = _new_refresh_token(login_id)
        if self.logins.rotate(login_id, token, fresh) is None:
            self._end_family(login_id)
            raise _over()
        return self._granted(login, fresh, user)

    def log_out(self, token: str, *, everywhere: bool) -> None:
        """End the login of this token, or all of its user; one that is over already is no fault.

        :raises UnauthenticatedError: only a token that stands can end the others
        """
        login_id = _login_id(token)
        login = self.logins.find(login_id, token)
        if login is None:
            self._end_family(login_id)
            if everywhere:
                raise _over()
        elif everywhere:
            self.revocations.end_all(login.owner)
        else:
            self.revocations.end(login.owner, [login.id])

    def _end_family(self, login_id: str) -> None:
        """The token was used before, or made up: who else holds one of this login is not known."""
        if login := self.logins.find(login_id):
            self.revocations.end(login.owner, [login.id])

    def _granted(self, login: Login, refresh_token: str, user: User) -> Granted:
        access_token = self.tokens.issue(user.id, login.id, user.role)
        return Granted(access_token, refresh_token, self.tokens.lifetime_s, user)


def _new_refresh_token(login_id: str) -> str:
    return f"{login_id}.{secrets.token_urlsafe(32)}"


def _login_id(token: str) -> str:
    found = _REFRESH_TOKEN.fullmatch(token)
    if not found:
        raise _over()
    return found[1]


def _wrong() -> UnauthenticatedError:
    return UnauthenticatedError("The e-mail address or the password is wrong")


def _over() -> UnauthenticatedError:
    return UnauthenticatedError("The refresh token is unknown or has ended")
