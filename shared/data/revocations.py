"""Ends logins: at once for tokens in use, and for good."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.data.mongo.logins import LoginRepository
from shared.data.redis.denials import DenialStore


@dataclass(frozen=True)
class Revocations:
    """Denies before it deletes: what dies between the two is done by asking again.

    A login that is deleted could not be found any more to be denied.
    """

    logins: LoginRepository
    denials: DenialStore

    def end(self, owner: str, login_ids: Sequence[str]) -> None:
        """End these logins.

        :raises StoreUnavailableError: not for certain; ask again
        """
        self.denials.deny(owner, login_ids)
        self.logins.delete(list(login_ids))

    def end_all(self, owner: str, *, but: str | None = None) -> None:
        """End all logins of this owner that have begun by now, but for one.

        :raises StoreUnavailableError: not for certain; ask again
        """
        self.end(owner, self._others(owner, but))

    def deny_all(self, owner: str, *, but: str | None = None) -> None:
        """Refuse the tokens of all logins that have begun by now, but for one."""
        self.denials.deny(owner, self._others(owner, but))

    def end_account(self, owner: str) -> None:
        """End all logins, and refuse those that are just beginning."""
        self.denials.deny_all(owner)
        self.logins.delete(self.logins.of(owner))

    def _others(self, owner: str, but: str | None) -> list[str]:
        return [login_id for login_id in self.logins.of(owner) if login_id != but]
