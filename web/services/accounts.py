"""Accounts: make one, change it, end it."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog

from shared.data.cached_users import CachedUserRepository, Profile
from shared.data.erasures import AccountErasures
from shared.data.redis.guesses import PasswordGuesses
from shared.domain.accounts import EmailAddress, Role, User, choose_password
from shared.domain.identity import Caller
from shared.errors import (
    ConflictError,
    ForbiddenError,
    RequestInvalidError,
    StoreUnavailableError,
    UnauthenticatedError,
)
from web.services.logins import Granted, LoginDesk
from web.services.passwords import Passwords

_TRIES = 4
_STOPPING_S = 0.6
_PATIENCE_S = 2.0  # for each try; thousands of documents take longer, and the housekeeper's time

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class AccountDesk:
    """Everything that users do about themselves; StoreUnavailableError when a store is away."""

    users: CachedUserRepository
    logins: LoginDesk
    guesses: PasswordGuesses
    passwords: Passwords
    erasures: AccountErasures
    new_id: Callable[[], str]

    def register(self, email: EmailAddress, password: str, name: str, address: str) -> Granted:
        """Make an account and log in to it.

        :raises ConflictError: the e-mail address has one
        :raises OverloadedError: too many log in at once
        """
        user = User(
            id=self.new_id(),
            email=email.shown,
            email_key=email.key,
            name=name,
            password=self.passwords.hash(password),
            role=Role.USER,
            created_at=datetime.now(UTC),
        )
        self.users.add(user)
        self.guesses.trust(email.key, address)
        return self.logins.begin(user)

    def profile(self, caller: Caller) -> Profile:
        """Return what is shown of whoever asks.

        :raises UnauthenticatedError: there is no such account any more
        """
        profile = self.users.profile(caller.user_id or "")
        if profile is None:
            raise _no_account()
        return profile

    def read(self, caller: Caller) -> User:
        """Return whoever asks.

        :raises UnauthenticatedError: there is no such account any more
        """
        return self._known(self.users.find(caller.user_id or ""))

    def change(
        self,
        caller: Caller,
        *,
        name: str | None,
        email: EmailAddress | None,
        password: str | None,
    ) -> User:
        """Change what is given; another e-mail address needs the password.

        :raises ForbiddenError: it is wrong
        :raises ConflictError: the e-mail address belongs to somebody else
        """
        if email is not None:
            self._confirmed(caller, password or "")
        user = self._known(self.users.rename(caller.user_id or "", name=name, email=email))
        if email is not None:
            self.guesses.trust(email.key, caller.address)
        return user

    def change_password(self, caller: Caller, current: str, new: str) -> None:
        """Give the account a new password, and end every login but the caller's.

        The others are refused before and after: whatever this dies between, an old password keeps
        nobody in.

        :raises RequestInvalidError: the new one does not do
        :raises ForbiddenError: the current one is wrong
        """
        user = self._confirmed(caller, current)
        kept = self.passwords.hash(_chosen(new, user))
        revocations, own = self.logins.revocations, caller.login_id or ""
        revocations.deny_all(user.owner, but=own)
        self.logins.logins.keep_through(own, user.password_version + 1)
        if self.users.set_password(user, kept) is None:
            raise ConflictError("The account was changed meanwhile")
        revocations.end_all(user.owner, but=own)

    def delete(self, caller: Caller, password: str) -> None:
        """End the account and delete all that it owns; what cannot be reached now goes later.

        :raises ForbiddenError: the password is wrong
        """
        user = self._confirmed(caller, password)
        self.erasures.begin(user.id)
        try:
            for _ in range(_TRIES):
                if self.erasures.go_on(user.id, within_s=_PATIENCE_S):
                    return
                time.sleep(_STOPPING_S)  # a worker hears of it with its next heartbeat
        except StoreUnavailableError:
            log.warning("erasure_put_off")

    def _confirmed(self, caller: Caller, password: str) -> User:
        user = self.read(caller)
        self.guesses.spend(user.email_key, caller.address)
        if not self.passwords.verify(password, user.password):
            raise ForbiddenError("The current password is wrong")
        return user

    def _known(self, user: User | None) -> User:
        if user is None:
            raise _no_account()
        return user


def _no_account() -> UnauthenticatedError:
    return UnauthenticatedError("There is no such account any more")


def _chosen(password: str, user: User) -> str:
    try:
        return choose_password(password, EmailAddress(user.email, user.email_key))
    except ValueError as error:
        fault = {"field": "new_password", "error": str(error)}
        raise RequestInvalidError("Invalid request parameters", details=[fault]) from None
