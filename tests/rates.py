"""Uses up a token bucket, for tests, however long that takes: meanwhile some tokens come back."""

import time
from collections.abc import Callable

import httpx

_REFUSED = 429
_MOST = 200


def until_refused(
    ask: Callable[[], httpx.Response], *, holds: int, a_minute: float
) -> list[httpx.Response]:
    """Ask until it is refused; return the answers, when exactly as many tokens were granted."""
    began = time.monotonic()
    answers = [ask()]
    while answers[-1].status_code != _REFUSED:
        assert len(answers) < _MOST, "nothing is ever refused"
        answers.append(ask())
    assert holds <= len(answers) - 1 <= holds + back_since(began, a_minute)
    return answers


def first_refusal(ask: Callable[[], httpx.Response]) -> httpx.Response:
    """Return the first refusal: a token may have come back since the last one."""
    return next(answer for _ in range(_MOST) if (answer := ask()).status_code == _REFUSED)


def back_since(began: float, a_minute: float) -> int:
    """Return how many tokens have come back at most, since that moment of this machine's clock."""
    return int((time.monotonic() - began) * a_minute / 60)
