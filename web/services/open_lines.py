"""How many event streams and long polls each caller holds open in this process."""

from collections import Counter
from collections.abc import Callable, Sequence

from shared.errors import RateLimitedError

_TRY_AGAIN_MS = 5000


class OpenLines:
    """Counts what is open; each costs a connection and a greenlet for as long as it is."""

    def __init__(self, most: float) -> None:
        self._most = most
        self._held: Counter[str] = Counter()

    def open(self, names: Sequence[str]) -> Callable[[], None]:
        """Count one more for each of these names, and return what counts it no more.

        No lock: nothing here lets another greenlet in between.

        :raises RateLimitedError: one of them holds as many as it may; nothing was counted
        """
        if any(self._held[name] >= self._most for name in names):
            told = "Too many event streams and long polls are open; close some"
            raise RateLimitedError(told, retry_after_ms=_TRY_AGAIN_MS)
        self._held.update(names)
        return lambda: self._close(names)

    def _close(self, names: Sequence[str]) -> None:
        for name in names:
            self._held[name] -= 1
            if self._held[name] <= 0:
                del self._held[name]  # or every caller there ever was would be kept
