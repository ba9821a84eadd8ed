"""Tokens that open the events of one job, for a browser's `EventSource`, which sends no headers."""

import hashlib
from dataclasses import astuple, dataclass

from itsdangerous import BadData, URLSafeTimedSerializer

from shared.domain.identity import Caller, Credential, Tier, user_id_of
from shared.errors import UnauthenticatedError

TOKEN_S = 15 * 60
# Mixed into the key, so that nothing else that is signed with the same secret can pass for a token.
_PURPOSE = "copydesk.job-events.v2"


@dataclass(frozen=True)
class Follower:
    """Who may follow a job, under which limits, and by which login, if it was not by a session."""

    owner: str
    tier: Tier
    login_id: str | None = None
    issued_ms: int = 0

    @classmethod
    def of(cls, caller: Caller) -> "Follower":
        """Return whoever asks for a token."""
        return cls(caller.owner, caller.tier, caller.login_id, caller.issued_ms)

    def caller(self, address: str) -> Caller:
        """Return them at the address from where the token is shown.

        Whether the session or login is still alive is asked at the gate, as of everybody.
        """
        return Caller(
            owner=self.owner,
            tier=self.tier,
            credential=Credential.BEARER if self.login_id else Credential.HEADER,
            address=address,
            user_id=user_id_of(self.owner),
            login_id=self.login_id,
            issued_ms=self.issued_ms,
        )


class StreamTokens:
    """Signs the job, its owner and the time, and keeps nothing.

    So any web process can read a token, and the restart of a store ends none. Whether the job is
    still there and still the owner's, and whether the session or login lives that asked for it, is
    asked at each use: with any of them go the tokens.
    """

    def __init__(self, secret: str) -> None:
        self._signed = URLSafeTimedSerializer(
            secret,
            salt=_PURPOSE,
            signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
        )

    def issue(self, job_id: str, follower: Follower) -> str:
        """Return a token for this one job."""
        token = self._signed.dumps([job_id, *astuple(follower)])
        return token if isinstance(token, str) else token.decode()

    def read(self, token: str, job_id: str) -> Follower:
        """Return who may follow this job.

        :raises UnauthenticatedError: the token is not ours, too old, or for another job
        """
        try:
            named, owner, tier, *login = self._signed.loads(token, max_age=TOKEN_S)
        except BadData:
            raise _refusal() from None
        if named != job_id:
            raise _refusal()
        return Follower(owner, Tier(tier), *login)


def _refusal() -> UnauthenticatedError:
    return UnauthenticatedError("The stream token is unknown or has ended")
