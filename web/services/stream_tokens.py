"""Tokens that open the events of one job, for a browser's `EventSource`, which sends no headers."""

import hashlib
from dataclasses import dataclass

from itsdangerous import BadData, URLSafeTimedSerializer

from shared.domain.identity import Tier
from shared.errors import UnauthenticatedError

TOKEN_S = 15 * 60
# Mixed into the key, so that nothing else that is signed with the same secret can pass for a token.
_PURPOSE = "copydesk.job-events.v1"


@dataclass(frozen=True)
class Follower:
    """Who may follow a job, and under which limits."""

    owner: str
    tier: Tier


class StreamTokens:
    """Signs the job, its owner and the time, and keeps nothing.

    So any web process can read a token, and the restart of a store ends none. Whether the job is
    still there and still the owner's is asked at each use: with it go its tokens.
    """

    def __init__(self, secret: str) -> None:
        self._signed = URLSafeTimedSerializer(
            secret,
            salt=_PURPOSE,
            signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
        )

    def issue(self, job_id: str, follower: Follower) -> str:
        """Return a token for this one job."""
        token = self._signed.dumps([job_id, follower.owner, follower.tier])
        return token if isinstance(token, str) else token.decode()

    def read(self, token: str, job_id: str) -> Follower:
        """Return who may follow this job.

        :raises UnauthenticatedError: the token is not ours, too old, or for another job
        """
        try:
            named, owner, tier = self._signed.loads(token, max_age=TOKEN_S)
        except BadData:
            raise _refusal() from None
        if named != job_id:
            raise _refusal()
        return Follower(owner, Tier(tier))


def _refusal() -> UnauthenticatedError:
    return UnauthenticatedError("The stream token is unknown or has ended")
