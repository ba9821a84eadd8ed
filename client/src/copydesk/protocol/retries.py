"""When a request is sent again."""

from dataclasses import dataclass

from copydesk.calls.wire import Request
from copydesk.errors.api import ApiError
from copydesk.errors.own import CopydeskError

_WORTH_IT = (429, 503)
_BY_A_GATEWAY = ("HTTP_502", "HTTP_504")


@dataclass(frozen=True)
class RetryPolicy:
    """How often, and within which time, a request is sent again that may be.

    The pauses double from `first_s` to `longest_s`, and each is shortened by chance, so that many
    callers do not come back at once.
    """

    most: int = 6
    within_s: float = 30.0
    first_s: float = 0.5
    longest_s: float = 20.0

    def backoff_s(self, tries: int, luck: float) -> float:
        """Return the pause after so many tries that failed, with luck from 0 to 1."""
        return min(self.longest_s, self.first_s * 2.0 ** min(tries, 30)) * (0.5 + luck / 2)

    def pause_s(self, trial: "Trial", error: CopydeskError) -> float | None:
        """Return how long to wait before the next try; None where there is to be none."""
        asked_s = 0.0
        if isinstance(error, ApiError):
            if error.status not in _WORTH_IT and error.code not in _BY_A_GATEWAY:
                return None
            asked_s = error.retry_after or 0.0
        pause_s = max(asked_s, self.backoff_s(trial.failed - 1, trial.luck))
        return pause_s if self._allows(trial, pause_s) else None

    def _allows(self, trial: "Trial", pause_s: float) -> bool:
        if trial.within_s is None or not self.most:
            return trial.failed <= self.most and trial.spent_s + pause_s <= self.within_s
        return trial.spent_s + pause_s <= trial.within_s


@dataclass(frozen=True)
class Trial:
    """How a request has fared: tries that failed, and the time since the first one began.

    `within_s`, where it has its own patience, takes the place of the policy's limits.
    """

    failed: int
    spent_s: float
    luck: float
    within_s: float | None = None


def may_repeat(request: Request) -> bool:
    """Return whether sending it again can do no harm."""
    return request.repeatable and not request.is_login
