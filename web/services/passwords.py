"""Hashes passwords, slowly on purpose, beside everything else that this process does."""

import secrets
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from argon2 import Parameters, PasswordHasher
from argon2.exceptions import VerifyMismatchError
from argon2.profiles import RFC_9106_LOW_MEMORY

from shared.errors import OverloadedError

AT_ONCE = 4  # each takes 64 MiB
_PATIENCE_S = 5.0
_AGAIN_MS = 1000


class Passwords:
    """argon2id as RFC 9106 has it where memory is not plenty.

    `offload` runs a step in a thread of its own. What was hashed with other parameters is hashed
    again when its user logs in.
    """

    def __init__(
        self,
        offload: Callable[[Callable[[], Any]], Any],
        *,
        memory_kib: int = RFC_9106_LOW_MEMORY.memory_cost,
    ) -> None:
        parameters = replace(RFC_9106_LOW_MEMORY, memory_cost=memory_kib)
        self._offload = offload
        self._hasher = PasswordHasher.from_parameters(parameters)
        self._turns = threading.BoundedSemaphore(AT_ONCE)
        self._nobodys = _hash_of_nothing(parameters)

    def hash(self, password: str) -> str:
        """Return what to keep.

        :raises OverloadedError: too many are being hashed
        """
        with self._turn():
            return str(self._offload(lambda: self._hasher.hash(password)))

    def verify(self, password: str, kept: str | None) -> bool:
        """Return whether this is the password; without a hash it takes as long, and it is not.

        :raises OverloadedError: too many are being hashed
        """
        with self._turn():
            return bool(self._offload(lambda: self._matches(kept or self._nobodys, password)))

    def is_outdated(self, kept: str) -> bool:
        """Whether it was hashed with other parameters than today's."""
        return self._hasher.check_needs_rehash(kept)

    def _matches(self, kept: str, password: str) -> bool:
        try:
            return self._hasher.verify(kept, password)
        except VerifyMismatchError:
            return False

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._turns.acquire(timeout=_PATIENCE_S):
            raise OverloadedError("Too many log in at once", retry_after_ms=_AGAIN_MS)
        try:
            yield
        finally:
            self._turns.release()


def _hash_of_nothing(parameters: Parameters) -> str:
    """Return a hash that no password has, and that takes as long to compare as any other."""
    salt, digest = (
        b64encode(secrets.token_bytes(length)).decode().rstrip("=")
        for length in (parameters.salt_len, parameters.hash_len)
    )
    costs = f"m={parameters.memory_cost},t={parameters.time_cost},p={parameters.parallelism}"
    return f"$argon2id$v={parameters.version}${costs}${salt}${digest}"
