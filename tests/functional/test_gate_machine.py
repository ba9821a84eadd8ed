"""The gate against a model of it, on a real Redis: money and probes at any order of events."""

import itertools
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from devserver.stores import EmbeddedRedis
from shared.data.redis.client import connect
from shared.jobs.provider_calls import BreakerPhase, CallOutcome, Permit, WaitReason
from tests.unit.shared.data.gate_house import GateHouse

LIMIT = 10_000  # in thousandths of a cent, as all money here
_USD = 1e5


class GateMachine(RuleBasedStateMachine):
    """Calls that are asked for, settled, settled twice, lost; a breaker that opens and closes."""

    permits = Bundle("permits")
    over = Bundle("over")

    def __init__(self):
        super().__init__()
        self.house = GateHouse(self.redis, budget_usd=LIMIT / _USD, failures=3, rpm=10_000_000)
        self.live, self.spent, self.probe = {}, 0, None
        self.names = itertools.count()

    def teardown(self):
        self.redis.flushdb()

    @rule(target=permits, worst=st.integers(1, LIMIT))
    def ask(self, worst):
        room = LIMIT - self.spent - sum(self.live.values())
        phase, probe_lives = self.phase, self.probe in self.live
        found = self.house.ask(worst_usd=worst / _USD)
        reason = None if isinstance(found, Permit) else found.reason
        if phase is BreakerPhase.OPEN and reason is not WaitReason.CIRCUIT_OPEN:
            phase = self.phase  # its time was over in this very moment
        if phase is BreakerPhase.OPEN or (phase is BreakerPhase.HALF_OPEN and probe_lives):
            assert reason is WaitReason.CIRCUIT_OPEN
        elif worst > room:
            assert reason is WaitReason.BUDGET
        else:
            assert isinstance(found, Permit)
            self.live[found.id] = worst
            self.probe = found.id if phase is BreakerPhase.HALF_OPEN else self.probe
            return found
        return multiple()

    @rule(
        target=over,
        permit=consumes(permits),
        share=st.floats(0, 1),
        outcome=st.sampled_from(CallOutcome),
    )
    def settle(self, permit, share, outcome):
        worst = self.live.pop(permit.id, None)
        cost = int((worst or 1) * share)
        assert self.house.settle(permit, outcome, cost_usd=cost / _USD) == (worst is not None)
        self.spent += cost if worst is not None else 0
        return permit

    @rule(permit=over)
    def settle_again(self, permit):
        assert not self.house.settle(permit, CallOutcome.FAILED, cost_usd=1)

    @rule()
    def lose_all(self):
        """Whoever made them is dead, and their time is over."""
        self.house.lapse()
        self.house.gate.budget_today()
        self.spent += sum(self.live.values())
        self.live.clear()
        if self.redis.keys("cd:{all}:model:*"):
            self.house.let_pass("probe_until")

    @rule()
    def pass_time(self):
        if self.redis.keys("cd:{all}:model:*"):
            self.house.let_pass("opens_until")

    @property
    def phase(self):
        return next((one.state for one in self.house.gate.breakers()), BreakerPhase.CLOSED)

    @invariant()
    def money_adds_up(self):
        today = self.house.gate.budget_today()

        assert round(today.spent_usd * _USD) == self.spent
        assert round(today.reserved_usd * _USD) == sum(self.live.values())
        assert self.spent + sum(self.live.values()) <= LIMIT


def test_the_gate_keeps_its_word_whatever_comes_in_what_order():
    with TemporaryDirectory() as folder, EmbeddedRedis(Path(folder)) as store:
        GateMachine.redis = connect(store.uri, timeout_s=10)
        run_state_machine_as_test(
            GateMachine,
            settings=settings(
                max_examples=120,
                stateful_step_count=40,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
        GateMachine.redis.close()
