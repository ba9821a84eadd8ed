import pytest

from shared.domain.time_limits import TimeLimits
from shared.errors import ProviderError, ProviderRefusedCallError, StoreUnavailableError
from shared.jobs.provider_calls import (
    CallOutcome,
    Endpoint,
    Permit,
    Refusal,
    ServerLimits,
    WaitReason,
)
from workers.ai.gated_provider import GatedProvider
from workers.ai.provider import (
    AnswerHead,
    CallTaken,
    Finished,
    Message,
    ModelCall,
    NotNowError,
    TextDelta,
    TokenUsage,
)
from workers.services.interrupts import Interrupt, StoppedError

MODEL = "gpt-4o-mini"
ENDPOINT = Endpoint("model.example:443")
CALL = ModelCall(
    (Message("user", "Some words to be sent"),),
    None,
    None,
    TimeLimits(connect_s=1, first_token_s=1, between_tokens_s=1, total_s=20),
    max_output_tokens=100,
)
HEAD = AnswerHead(ServerLimits(200))
REPLY = (HEAD, TextDelta("word"), Finished("stop"), TokenUsage(1000, 0, 500))


class FakeGate:
    """Answers as it was told, and keeps what it was told of the calls."""

    def __init__(self, *answers):
        self._answers = list(answers)
        self.asked, self.settled, self.heeded = [], [], []
        self.away = 0

    def ask(self, endpoint, call):
        self._answer()
        self.asked.append(call)
        if self._answers:
            return self._answers.pop(0)
        return Permit(call.permit_id, endpoint, call.model, wait_ms=0)

    def settle(self, permit, told):
        self._answer()
        self.settled.append(told)

    def heed(self, permit, told):
        self.heeded.append(told)

    def _answer(self):
        if self.away:
            self.away -= 1
            raise StoreUnavailableError("away")


class Scripted:
    model = MODEL

    def __init__(self, *parts):
        self._parts = parts
        self.is_closed = False

    def stream(self, call, stop):
        try:
            for part in self._parts:
                if isinstance(part, Exception):
                    raise part
                yield part
        finally:
            self.is_closed = True


def ask(gate, *parts, interrupt=None):
    provider = GatedProvider(Scripted(*(parts or REPLY)), gate, ENDPOINT)
    return list(provider.stream(CALL, interrupt or Interrupt(total_s=60, name="job_1")))


class TestACall:
    def test_the_reply_comes_without_its_head_which_the_gate_heeds(self):
        gate = FakeGate()

        assert ask(gate) == list(REPLY[1:])
        assert gate.heeded == [HEAD.limits]

    def test_the_most_it_can_cost_is_asked_for_and_what_it_cost_settled(self):
        gate = FakeGate()
        ask(gate)
        (asked,), (told,) = gate.asked, gate.settled

        assert (asked.asker, asked.lane, asked.model) == ("job_1", "interactive", MODEL)
        assert asked.worst_usd == pytest.approx((asked.input_tokens * 0.15 + 60) / 1e6)
        assert (told.outcome, told.cost_usd) == (CallOutcome.OK, pytest.approx(450 / 1e6))

    @pytest.mark.parametrize(
        ("parts", "outcome", "has_cost"),
        [
            ((HEAD, TextDelta("word"), ProviderError("cut")), CallOutcome.FAILED, True),
            ((ProviderError("nobody there"),), CallOutcome.FAILED, False),
            ((CallTaken(), ProviderError("hung up")), CallOutcome.FAILED, True),
            ((AnswerHead(ServerLimits(503)), ProviderError("")), CallOutcome.FAILED, False),
            ((AnswerHead(ServerLimits(429)), ProviderError("")), CallOutcome.ALIVE, False),
            (
                (AnswerHead(ServerLimits(401)), ProviderRefusedCallError("")),
                CallOutcome.ALIVE,
                False,
            ),
            ((StoppedError(),), CallOutcome.UNKNOWN, False),
            ((CallTaken(), StoppedError()), CallOutcome.UNKNOWN, True),
            ((HEAD, CallTaken(), StoppedError()), CallOutcome.ALIVE, True),
        ],
    )
    def test_however_it_ends_it_is_settled(self, parts, outcome, has_cost):
        gate = FakeGate()
        with pytest.raises(type(parts[-1])):
            ask(gate, *parts)
        (told,) = gate.settled

        assert (told.outcome, told.cost_usd > 0) == (outcome, has_cost)

    def test_one_that_nobody_reads_to_its_end_is_closed_and_settled(self):
        gate, scripted = FakeGate(), Scripted(*REPLY)
        parts = GatedProvider(scripted, gate, ENDPOINT).stream(CALL, Interrupt(total_s=60))
        next(parts)
        parts.close()

        assert scripted.is_closed
        assert len(gate.settled) == 1


class TestWaiting:
    def test_a_moment_is_waited_in_the_slot(self):
        gate, interrupt = FakeGate(Refusal(WaitReason.RATE_LIMIT, 20)), Interrupt(total_s=60)

        assert ask(gate, interrupt=interrupt) == list(REPLY[1:])
        assert interrupt.waited_s >= 0.02  # which is no time of the model's
        assert len({asked.permit_id for asked in gate.asked}) == 1

    @pytest.mark.parametrize("reason", WaitReason)
    def test_longer_is_waited_elsewhere(self, reason):
        with pytest.raises(NotNowError) as put_off:
            ask(FakeGate(Refusal(reason, 9000)))

        assert put_off.value.reason is reason
        assert 7000 < put_off.value.wait_ms <= 10_000

    def test_who_has_paid_for_a_part_waits_as_long_as_there_is_time(self):
        begun = Interrupt(total_s=60)
        begun.has_begun = True
        gate = FakeGate(Refusal(WaitReason.RATE_LIMIT, 9000))
        begun.stop(StoppedError())

        with pytest.raises(StoppedError):  # it was not put off: it waits until it is stopped
            ask(gate, interrupt=begun)

    @pytest.mark.parametrize(
        ("reason", "wait_ms", "is_waited_for"),
        [("circuit_open", 2500, False), ("rate_limit", 9000, False), ("rate_limit", 6000, True)],
    )
    def test_it_does_not_where_another_model_stands_by(self, reason, wait_ms, is_waited_for):
        begun, gate = Interrupt(total_s=60), FakeGate(Refusal(WaitReason(reason), wait_ms))
        begun.has_begun = True
        begun.stop(StoppedError())
        provider = GatedProvider(Scripted(*REPLY), gate, ENDPOINT, most_wait_ms=5000)

        with pytest.raises(StoppedError if is_waited_for else NotNowError):
            list(provider.stream(CALL, begun))

    def test_one_that_is_stopped_while_it_waits_gives_its_permit_back(self):
        interrupt = Interrupt(total_s=60)
        interrupt.stop(StoppedError())
        gate = FakeGate(Permit("p", ENDPOINT, MODEL, wait_ms=60_000))
        with pytest.raises(StoppedError):
            ask(gate, interrupt=interrupt)

        assert [told.outcome for told in gate.settled] == [CallOutcome.UNUSED]

    def test_it_waits_for_a_gate_that_is_away(self):
        gate = FakeGate()
        gate.away = 2

        assert ask(gate) == list(REPLY[1:])

    def test_a_stop_is_heard_while_the_gate_is_away(self):
        gate, interrupt = FakeGate(), Interrupt(total_s=60)
        gate.away = 1_000_000
        interrupt.stop(StoppedError())

        with pytest.raises(StoppedError):
            ask(gate, interrupt=interrupt)
