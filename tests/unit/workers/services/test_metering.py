import pytest

from shared.domain.prices import cost_usd
from shared.domain.text import Span
from shared.domain.time_limits import time_limits
from shared.domain.tokens import count_tokens
from shared.errors import ProviderError, ProviderTimeoutError
from shared.jobs.provider_calls import WaitReason
from shared.jobs.records import Usage
from shared.metrics.recorder import recorder
from tests.unit.workers.services.test_claims import FakeLeaseStore, a_lease
from workers.ai.call_costs import sent_tokens
from workers.ai.provider import (
    AskedInstead,
    CallTaken,
    EditTask,
    Finished,
    Message,
    ModelCall,
    NotNowError,
    TextDelta,
    ThoughtDelta,
    TokenUsage,
)
from workers.services.claims import Claim
from workers.services.interrupts import Interrupt, StoppedError
from workers.services.metering import metered

MODEL, OTHER = "gpt-4o-mini", "gpt-4o"
SENT, CAME = "What is sent to the model.", '{"suggestions": ['
CALL = ModelCall(
    messages=(Message("system", SENT), Message("user", SENT)),
    reply_schema={},
    task=EditTask(SENT, Span(0, 1), None),
    limits=time_limits(100),
    max_output_tokens=100,
)


@pytest.fixture
def claim():
    return Claim(a_lease(spent=Usage(5, 0, 5, 0.25)), Interrupt(total_s=60), FakeLeaseStore())


def test_what_the_provider_says_is_added_to_what_was_spent(claim):
    with metered(claim, CALL, MODEL) as meter:
        meter.read(TextDelta(CAME))
        meter.read(TokenUsage(10, 4, 7))
    cost = cost_usd(MODEL, input_tokens=10, cached_tokens=4, output_tokens=7)

    assert claim.usage == Usage(15, 4, 12, 0.25 + cost)


def test_a_call_that_is_stopped_is_counted_here(claim):
    def stopped(meter):
        meter.read(TextDelta(CAME))
        raise StoppedError

    with pytest.raises(StoppedError), metered(claim, CALL, MODEL) as meter:
        stopped(meter)

    assert claim.usage.input_tokens == 5 + sent_tokens(CALL, MODEL)
    assert claim.usage.output_tokens == 5 + count_tokens(CAME, MODEL)
    assert claim.usage.cost_usd > 0.25


def test_what_was_thought_is_paid_for_too(claim):
    with metered(claim, CALL, MODEL) as meter:
        meter.read(ThoughtDelta(CAME))

    assert claim.usage.output_tokens == 5 + count_tokens(CAME, MODEL)


def test_half_a_character_is_counted_like_any_other(claim):
    with metered(claim, CALL, MODEL) as meter:
        for piece in ("Good \ud83d", "\ude00", " \udead", " \ud83d"):
            meter.read(TextDelta(piece))

    assert claim.usage.output_tokens >= 5 + count_tokens("Good \U0001f600", MODEL)


@pytest.mark.parametrize("told", [0, 1, 1000])
@pytest.mark.parametrize("is_over", [True, False])
def test_a_count_is_believed_once_the_reply_is_whole(claim, told, is_over):
    with metered(claim, CALL, MODEL) as meter:
        meter.read(TokenUsage(100, 20, told))
        meter.read(TextDelta(CAME))
        if is_over:
            meter.read(Finished("stop"))
    came = told if is_over else max(told, count_tokens(CAME, MODEL))

    used = claim.usage
    assert (used.input_tokens, used.cached_tokens, used.output_tokens) == (105, 20, 5 + came)


@pytest.mark.parametrize("fault", [StoppedError(), ProviderTimeoutError("late")])
def test_a_call_that_was_taken_and_brought_nothing_counts_what_was_sent(claim, fault):
    def taken(meter):
        meter.read(CallTaken())
        raise fault

    with pytest.raises(type(fault)), metered(claim, CALL, MODEL) as meter:
        taken(meter)

    assert claim.usage.input_tokens == 5 + sent_tokens(CALL, MODEL)
    assert claim.usage.cost_usd > 0.25


def test_a_call_that_nobody_took_counts_nothing(claim):
    with pytest.raises(StoppedError), metered(claim, CALL, MODEL):
        raise StoppedError

    assert claim.usage == claim.lease.spent


@pytest.fixture
def counted(monkeypatch):
    """Return the calls that were counted: model, outcome and code."""
    calls = []
    note = lambda call: calls.append((call.model, call.outcome, call.code))  # noqa: E731
    monkeypatch.setattr(recorder, "call_ended", note)
    return calls


class TestAnotherModel:
    def test_it_is_paid_at_its_own_price(self, claim, counted):
        with metered(claim, CALL, MODEL) as meter:
            meter.read(AskedInstead(OTHER, ProviderError("away")))
            meter.read(TokenUsage(10, 4, 7))
        cost = cost_usd(OTHER, input_tokens=10, cached_tokens=4, output_tokens=7)

        assert claim.usage == Usage(15, 4, 12, 0.25 + cost)
        assert claim.answered_by == OTHER
        assert counted == [(MODEL, "failed", "PROVIDER_ERROR"), (OTHER, "complete", None)]

    def test_what_the_first_one_took_is_paid_for_too(self, claim, counted):
        with metered(claim, CALL, MODEL) as meter:
            meter.read(CallTaken())
            meter.read(AskedInstead(OTHER, ProviderTimeoutError("late")))
            meter.read(TokenUsage(10, 4, 7))
        sent = sent_tokens(CALL, MODEL)
        first = cost_usd(MODEL, input_tokens=sent, cached_tokens=0, output_tokens=0)
        cost = cost_usd(OTHER, input_tokens=10, cached_tokens=4, output_tokens=7)

        assert claim.usage == Usage(15 + sent, 4, 12, pytest.approx(0.25 + first + cost))

    def test_a_call_that_was_not_made_is_not_counted(self, claim, counted):
        with metered(claim, CALL, MODEL) as meter:
            meter.read(AskedInstead(OTHER, NotNowError(WaitReason.CIRCUIT_OPEN, 1)))

        assert counted == [(OTHER, "complete", None)]

    def test_each_failure_is_its_own_models(self, claim, counted):
        def fail(meter):
            meter.read(AskedInstead(OTHER, first))
            raise first from ProviderTimeoutError("late")

        first = ProviderError("away")
        with pytest.raises(ProviderError), metered(claim, CALL, MODEL) as meter:
            fail(meter)

        assert counted == [
            (MODEL, "failed", "PROVIDER_ERROR"),
            (OTHER, "failed", "PROVIDER_TIMEOUT"),
        ]
        assert claim.answered_by == ""
