import threading
import time

import pytest

from shared.errors import StoreUnavailableError
from web.services import checks
from web.services.checks import Checks


class Part:
    """Answers, raises, or hangs until it is let go."""

    def __init__(self, answer=None, *, hangs=False):
        self.answer = answer
        self.asked = 0
        self.free = threading.Event()
        if not hangs:
            self.free.set()

    def __call__(self):
        self.asked += 1
        self.free.wait(30)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def hanging():
    part = Part(hangs=True)
    yield part
    part.free.set()


def test_an_answer_is_kept_and_told_with_its_time():
    found = Checks({"a": Part([1])}).outcomes()["a"]

    assert (found.is_ok, found.value) == (True, [1])
    assert found.took_ms >= 0


@pytest.mark.parametrize("answer", [False, StoreUnavailableError("away"), ValueError("broke")])
def test_what_says_no_or_raises_has_failed(answer):
    found = Checks({"a": Part(answer), "b": Part()}).outcomes()

    assert (found["a"].is_ok, found["b"].is_ok) == (False, True)


def test_one_that_hangs_fails_and_keeps_nobody(hanging):
    others = {name: Part(hangs=True) for name in ("b", "c", "d")}
    began = time.monotonic()
    found = Checks({"a": hanging, **others}).outcomes()
    took_s = time.monotonic() - began
    for other in others.values():
        other.free.set()

    assert not any(outcome.is_ok for outcome in found.values())
    assert took_s < 3 * checks.WITHIN_S


def test_one_that_hangs_is_not_asked_again_before_it_has_answered(hanging, monkeypatch):
    monkeypatch.setattr(checks, "FRESH_S", 0.0)
    monkeypatch.setattr(checks, "WITHIN_S", 0.01)
    asking = Checks({"a": hanging})
    for _ in range(5):
        assert not asking.outcomes()["a"].is_ok
    assert hanging.asked == 1
    hanging.free.set()
    while not asking.outcomes()["a"].is_ok:
        time.sleep(0.01)


def test_many_who_ask_at_once_are_told_the_same():
    part = Part()
    asking = Checks({"a": part})
    threads = [threading.Thread(target=asking.outcomes) for _ in range(20)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert part.asked == 1
