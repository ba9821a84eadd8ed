"""Brings MongoDB up to date, and knows whether this process may be asked."""

import time
from collections.abc import Callable, Sequence
from enum import Enum, auto

import structlog

from shared.errors import StoreUnavailableError

_AGAIN_S = 2.0

# Says False where it has to be taken again.
Step = Callable[[], bool | None]

log = structlog.get_logger(__name__)


class _Outcome(Enum):
    DONE = auto()
    LEFT = auto()
    AWAY = auto()


class Preparation:
    """Takes every step until it is done; ready once all were taken.

    Nobody is served while indexes are built in the way of what they ask. What MongoDB refuses, or
    another process is at, is taken again and keeps nobody waiting: records of any age are read.
    """

    def __init__(self, steps: Sequence[Step]) -> None:
        self._left = list(steps)
        self.is_ready = False

    def run(self) -> None:
        """Return when nothing is left to do."""
        while not self.take():
            time.sleep(_AGAIN_S)

    def take(self) -> bool:
        """Take once what is left, in its order; return whether that was all.

        A step that fails does not keep the others from being taken.
        """
        outcomes = [_taken(step) for step in self._left]
        self.is_ready = self.is_ready or _Outcome.AWAY not in outcomes
        taken = zip(self._left, outcomes, strict=True)
        self._left = [step for step, outcome in taken if outcome is not _Outcome.DONE]
        return not self._left


def _taken(step: Step) -> _Outcome:
    try:
        return _Outcome.LEFT if step() is False else _Outcome.DONE
    except StoreUnavailableError:
        log.warning("mongo_not_ready")
        return _Outcome.AWAY
    except Exception:
        log.exception("mongo_refused")
        return _Outcome.LEFT
