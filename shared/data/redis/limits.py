"""Token buckets and the gate that every request but a submission passes."""

from collections.abc import Iterable, Sequence
from typing import Any

from redis import Redis

from shared.data.redis import scripts
from shared.data.redis.keys import KeySpace
from shared.domain.identity import Caller, Credential
from shared.domain.limits import Allowance, Rate, Service
from shared.errors import RateLimitedError, UnauthenticatedError

SESSION_TTL_MS = 24 * 3600 * 1000  # the seed: anonymous sessions last 24 h; each use begins it anew
_KINDS = {Credential.NEW: "new", Credential.BEARER: "bearer", Credential.NONE: "none"}


class Gate:
    """Is the session or login alive, and is there a token left? One step in Redis."""

    def __init__(self, redis: Redis, keys: KeySpace) -> None:
        self._keys = keys
        self._gate = scripts.load(redis, "gate")
        self._peek = scripts.load(redis, "peek")

    def enter(self, caller: Caller, rate: Rate) -> Allowance:
        """Take one token.

        :raises UnauthenticatedError: the session is not there, or the login has ended
        :raises RateLimitedError: with the wait
        :raises StoreUnavailableError: Redis is away
        """
        verdict, _, counted = self._gate(
            keys=gate_keys(self._keys, caller, rate), args=gate_args(caller, rate)
        )
        return judge(verdict, rate, counted)

    def look(self, caller: Caller, rates: Iterable[Rate]) -> list[Allowance]:
        """Return what the caller's buckets hold, or the address's where that is less.

        Nothing is taken.

        :raises StoreUnavailableError: Redis is away
        """
        rates = list(rates)
        pairs = [gate_keys(self._keys, caller, rate)[1:] for rate in rates]
        found = self._peek(
            keys=[key for pair in pairs for key in pair],
            args=[part for rate in rates for part in (rate.per_ms, rate.limit) * 2],
        )
        emptier = [min(pair) for pair in zip(found[::2], found[1::2], strict=True)]
        return [
            Allowance(rate, remaining=left, reset_ms=reset_ms)
            for rate, (left, reset_ms) in zip(rates, emptier, strict=True)
        ]


def gate_keys(space: KeySpace, caller: Caller, rate: Rate) -> list[str]:
    """Return what tells whether the caller may come in, and two buckets.

    Anonymous callers count by themselves and by their address, users by themselves alone, but by
    the address for what has to do with passwords. A bucket that is named twice counts once.
    """
    keys = space.of_owner(caller.owner)
    own = keys.bucket(rate.service, caller.owner)
    address = keys.address_bucket(rate.service, caller.address)
    if caller.credential is Credential.BEARER:
        counted = address if rate.service is Service.AUTH else own
        return [keys.denied(caller.owner), counted, counted]
    if caller.credential is Credential.NONE:
        return [address, address, address]
    return [keys.session(caller.owner), own, address]


def gate_args(caller: Caller, rate: Rate) -> list[Any]:
    """Return what the gate has to know, in its order."""
    who = [kind_of(caller), SESSION_TTL_MS, rate.per_ms, rate.limit]
    return [*who, caller.login_id or "", caller.issued_ms]


def kind_of(caller: Caller) -> str:
    """Return who asks, as `lua/lib/sessions.lua` names them."""
    return _KINDS.get(caller.credential, "session")


def judge(verdict: str, rate: Rate, counted: Sequence[Any]) -> Allowance:
    """Return the allowance that a script counted.

    :raises UnauthenticatedError, RateLimitedError: when that was the verdict
    """
    if verdict == "unauthenticated":
        raise UnauthenticatedError("The session or the login is unknown or has ended")
    _, left, reset_ms, wait_ms = counted
    allowance = Allowance(rate, left, reset_ms, wait_ms if verdict == "limited" else None)
    if verdict == "limited":
        raise RateLimitedError("Too many requests", allowance=allowance, retry_after_ms=wait_ms)
    return allowance
