import pytest

from shared.domain.prices import cost_usd
from shared.domain.text import Span
from shared.domain.time_limits import time_limits
from shared.domain.tokens import count_tokens
from shared.jobs.records import Usage
from tests.unit.workers.services.test_claims import FakeLeaseStore, a_lease
from workers.ai.provider import EditTask, Message, ModelCall, TextDelta, ThoughtDelta, TokenUsage
from workers.services.claims import Claim
from workers.services.interrupts import Interrupt, StoppedError
from workers.services.metering import metered

MODEL = "gpt-4o-mini"
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

    assert claim.usage.input_tokens == 5 + 2 * count_tokens(SENT, MODEL)
    assert claim.usage.output_tokens == 5 + count_tokens(CAME, MODEL)
    assert claim.usage.cost_usd > 0.25


def test_what_was_thought_is_paid_for_too(claim):
    with metered(claim, CALL, MODEL) as meter:
        meter.read(ThoughtDelta(CAME))

    assert claim.usage.output_tokens == 5 + count_tokens(CAME, MODEL)


def test_a_call_that_brought_nothing_counts_nothing(claim):
    with pytest.raises(StoppedError), metered(claim, CALL, MODEL):
        raise StoppedError

    assert claim.usage == claim.lease.spent
