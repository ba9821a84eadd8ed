import pytest

from shared.errors import (
    ContentRefusedError,
    ProviderBusyError,
    ProviderError,
    ProviderMisconfiguredError,
    ProviderQuotaError,
    ProviderRefusedCallError,
    ProviderTimeoutError,
)
from shared.jobs.provider_calls import WaitReason
from tests.unit.workers.ai.offline.asking import NoStop, call
from workers.ai.fallback_provider import FallbackProvider
from workers.ai.provider import AskedInstead, NotNowError, TextDelta
from workers.services.interrupts import StoppedError

FIRST, SECOND = TextDelta("first"), TextDelta("second")
LONG_MS, SHORT_MS = 60_000, 1000
HELPED = [
    ProviderError("away"),
    ProviderTimeoutError("late"),
    ProviderQuotaError("spent"),
    ProviderMisconfiguredError("401"),
    ProviderBusyError("429", retry_after_ms=LONG_MS),
    NotNowError(WaitReason.CIRCUIT_OPEN, SHORT_MS),
    NotNowError(WaitReason.RATE_LIMIT, LONG_MS),
]
NOT_HELPED = [
    ProviderRefusedCallError("400"),
    ContentRefusedError("refused"),
    StoppedError(),
    ProviderBusyError("429", retry_after_ms=SHORT_MS),
    ProviderBusyError("429"),
    NotNowError(WaitReason.RATE_LIMIT, SHORT_MS),
    NotNowError(WaitReason.BUDGET, LONG_MS),
]


class FakeProvider:
    """Gives parts, and then its fault if it has one; remembers what it was asked."""

    def __init__(self, model, *parts, fault=None):
        self.model, self._parts, self._fault = model, parts, fault
        self.calls, self.is_closed = [], False

    def stream(self, asked, stop):
        self.calls.append(asked)
        try:
            yield from self._parts
            if self._fault:
                raise self._fault
        finally:
            self.is_closed = True


class Late(NoStop):
    """Work that has no time left."""

    def forgive(self):
        return False


def first(*parts, fault=None):
    return FakeProvider("first-1", *parts, fault=fault)


def second(*parts, fault=None):
    return FakeProvider("second-1", *parts, fault=fault)


def ask(primary, other, stop=None):
    """Return what came, and what was raised."""
    came = []
    try:
        for part in FallbackProvider(primary, other).stream(call("big", None), stop or NoStop()):
            came.append(part)  # noqa: PERF402  what came before a fault counts
    except Exception as fault:  # noqa: BLE001
        return came, fault
    return came, None


class TestStream:
    def test_the_first_one_answers_as_long_as_it_can(self):
        other = second(SECOND)

        assert ask(first(FIRST), other) == ([FIRST], None)
        assert other.calls == []

    @pytest.mark.parametrize("fault", HELPED, ids=str)
    def test_the_second_one_answers_where_that_may_help(self, fault):
        assert ask(first(fault=fault), second(SECOND)) == (
            [AskedInstead("second-1", fault), SECOND],
            None,
        )

    @pytest.mark.parametrize("fault", NOT_HELPED, ids=lambda fault: repr(fault))
    def test_it_is_not_asked_where_that_cannot_help(self, fault):
        other = second(SECOND)

        assert ask(first(fault=fault), other) == ([], fault)
        assert other.calls == []

    def test_it_is_not_asked_once_something_came(self):
        fault, other = ProviderError("cut"), second(SECOND)

        assert ask(first(FIRST, fault=fault), other) == ([FIRST], fault)
        assert other.calls == []

    def test_it_is_not_asked_for_work_that_is_to_stop(self):
        fault = ProviderTimeoutError("late")

        assert ask(first(fault=fault), second(SECOND), Late()) == ([], fault)

    def test_it_is_asked_for_its_own_model(self):
        other, named = second(SECOND), call("big", None, model="named")
        list(FallbackProvider(first(fault=HELPED[0]), other).stream(named, NoStop()))

        assert other.calls == [call("big", None)]

    def test_both_fail_as_the_first_one_did(self):
        fault, other = ProviderMisconfiguredError("401"), ProviderError("500")
        came, raised = ask(first(fault=fault), second(fault=other))

        assert (came, raised) == ([AskedInstead("second-1", fault)], fault)
        assert raised.__cause__ is other

    @pytest.mark.parametrize("waits", [(60_000, 6000), (6000, 60_000)])
    def test_of_two_that_are_to_be_waited_for_the_sooner_is(self, waits):
        open_for, turn_in = waits
        fault = NotNowError(WaitReason.CIRCUIT_OPEN, open_for)
        other = NotNowError(WaitReason.RATE_LIMIT, turn_in)
        _, raised = ask(first(fault=fault), second(fault=other))

        assert raised.wait_ms == 6000

    def test_the_second_one_fails_as_itself_once_something_came(self):
        fault = ProviderError("cut")

        assert ask(first(fault=HELPED[0]), second(SECOND, fault=fault))[1] is fault

    def test_who_leaves_early_closes_the_call(self):
        primary = first(FIRST, FIRST)
        parts = FallbackProvider(primary, second()).stream(call("big", None), NoStop())
        next(parts)
        parts.close()

        assert primary.is_closed
