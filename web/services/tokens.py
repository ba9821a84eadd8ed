"""Access tokens: signed by us, read by us, and believed for an hour."""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jwt

from shared.domain.accounts import Role
from shared.errors import UnauthenticatedError

ALGORITHM = "HS256"
ISSUER, AUDIENCE, TYPE = "copydesk", "copydesk-api", "access"
LEEWAY_S = 5  # clocks of two web processes may differ by as much
LONGEST_TOKEN = 4096
_CLAIMS = ("iss", "aud", "sub", "sid", "role", "jti", "iat", "nbf", "exp", "typ")
_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Bearer:
    """What a token says of whoever shows it."""

    user_id: str
    login_id: str
    role: Role
    issued_ms: int


class AccessTokens:
    """Signs with the first secret, and believes what any of them has signed.

    `now_s` is the clock; `new_id` makes the ids of tokens. Where a token may be shown is its
    `audience`: one for another place is believed nowhere else.
    """

    def __init__(
        self,
        secrets: Sequence[str],
        *,
        now_s: Callable[[], float],
        new_id: Callable[[], str],
        lifetime_s: int,
        audience: str = AUDIENCE,
    ) -> None:
        self._keys = {key_id(secret): secret for secret in secrets}
        self._signs_with = key_id(secrets[0])
        self._now_s = now_s
        self._new_id = new_id
        self._audience = audience
        self.lifetime_s = lifetime_s

    def issue(self, user_id: str, login_id: str, role: Role) -> str:
        """Return a token for this login."""
        now_s = int(self._now_s())
        claims = {
            "iss": ISSUER,
            "aud": self._audience,
            "typ": TYPE,
            "sub": user_id,
            "sid": login_id,
            "role": role.value,
            "jti": self._new_id(),
            "iat": now_s,
            "nbf": now_s,
            "exp": now_s + self.lifetime_s,
        }
        kid = self._signs_with
        return jwt.encode(claims, self._keys[kid], algorithm=ALGORITHM, headers={"kid": kid})

    def read(self, token: str) -> Bearer:
        """Return what the token says.

        :raises UnauthenticatedError: it is not ours, not one, or not for now; which is not told
        """
        if len(token) > LONGEST_TOKEN:
            raise not_believed()
        try:
            claims = self._verified(token)
        except jwt.InvalidTokenError:
            raise not_believed() from None
        if not self._is_for_now(claims):
            raise not_believed()
        return _bearer(claims)

    def _verified(self, token: str) -> Mapping[str, Any]:
        # PyJWT never lets the token choose: the algorithm is ours, and so is the key of each id.
        kid = jwt.get_unverified_header(token).get("kid")
        if not isinstance(kid, str) or kid not in self._keys:
            raise not_believed()
        checks = {"require": list(_CLAIMS), "strict_aud": True}
        ours = dict.fromkeys(("verify_exp", "verify_nbf", "verify_iat"), False)  # by our own clock
        return jwt.decode(
            token,
            self._keys[kid],
            algorithms=[ALGORITHM],
            issuer=ISSUER,
            audience=self._audience,
            options=checks | ours,  # type: ignore[arg-type]
        )

    def _is_for_now(self, claims: Mapping[str, Any]) -> bool:
        times = [claims[name] for name in ("iat", "nbf", "exp")]
        if any(type(time) is not int for time in times):
            return False
        issued_s, begins_s, ends_s = times
        now_s = self._now_s()
        begun = max(issued_s, begins_s) <= now_s + LEEWAY_S
        return bool(begun and now_s - LEEWAY_S < ends_s <= issued_s + self.lifetime_s)


def key_id(secret: str) -> str:
    """Return the name of a secret, which tells nothing about it."""
    return hashlib.sha256(secret.encode()).hexdigest()[:16]


def not_believed() -> UnauthenticatedError:
    """Return the one answer to every token that does not do."""
    return UnauthenticatedError("The access token is unknown or has ended")


def _bearer(claims: Mapping[str, Any]) -> Bearer:
    user_id, login_id, role = claims["sub"], claims["sid"], claims["role"]
    ids_are_ours = all(isinstance(i, str) and _ID.fullmatch(i) for i in (user_id, login_id))
    if claims["typ"] != TYPE or not ids_are_ours or role not in list(Role):
        raise not_believed()
    return Bearer(user_id, login_id, Role(role), claims["iat"] * 1000)
