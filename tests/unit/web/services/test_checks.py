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
        self.free.wait(600)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    """Wait long for what answers: the machine may be busy."""
    monkeypatch.setattr(checks, "WITHIN_S", 60.0)


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


def test_those_that_hang_fail_together_and_keep_nobody(hanging, monkeypatch):
    monkeypatch.setattr(checks, "WITHIN_S", 0.5)
    began = time.monotonic()
    found = Checks({str(number): hanging for number in range(100)}).outcomes()

    assert not any(outcome.is_ok for outcome in found.values())
    assert time.monotonic() - began < 100 * 0.5 / 2  # one after the other it would be twice that


def test_one_that_hangs_is_not_asked_again_before_it_has_answered(hanging, monkeypatch):
    monkeypatch.setattr(checks, "FRESH_S", 0.0)
    asking, before = Checks({"a": hanging}), threading.enumerate()
    with monkeypatch.context() as hurried:
        hurried.setattr(checks, "WITHIN_S", 0.01)
        for _ in range(5):
            assert not asking.outcomes()["a"].is_ok
    (_,) = (x for x in threading.enumerate() if x not in before and x.name == "check")
    hanging.free.set()

    assert asking.outcomes()["a"].is_ok


def test_many_who_ask_at_once_are_told_the_same(hanging, monkeypatch):
    monkeypatch.setattr(checks, "FRESH_S", 600.0)
    asking = Checks({"a": hanging})
    threads = [threading.Thread(target=asking.outcomes) for _ in range(20)]
    for each in threads:
        each.start()
    hanging.free.set()
    for each in threads:
        each.join()

    assert hanging.asked == 1
