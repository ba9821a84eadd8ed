import pytest

from shared.jobs.provider_calls import BreakerPhase, CallOutcome, Permit, WaitReason
from tests.unit.shared.data.gate_house import MODEL, GateHouse


def reasons(found):
    return {one.reason for one in found if not isinstance(one, Permit)}


class TestBudget:
    @pytest.fixture
    def house(self, redis):
        return GateHouse(redis, budget_usd=0.003, rpm=60_000)

    def test_no_more_begins_than_could_be_paid(self, house):
        found = [house.ask() for _ in range(5)]

        assert [isinstance(one, Permit) for one in found] == [True] * 3 + [False] * 2
        assert reasons(found) == {WaitReason.BUDGET}
        assert house.money == (0, 0.003)

    def test_what_a_call_leaves_is_free_again(self, house):
        first, *_ = house.permitted(3)
        house.settle(first, cost_usd=0)

        assert len(house.permitted(2)) == 1
        assert house.money == (0, 0.003)

    def test_who_waits_for_others_comes_back_soon_and_else_tomorrow(self, house):
        permits = house.permitted(3)
        soon = house.ask().wait_ms
        for permit in permits:
            house.settle(permit, cost_usd=0.001)
        tomorrow = house.ask().wait_ms

        assert soon < 5000
        assert 0 < tomorrow <= 24 * 3600 * 1000
        assert house.money == (0.003, 0)

    def test_settling_twice_changes_nothing(self, house):
        (permit,) = house.permitted(1)

        assert [house.settle(permit), house.settle(permit)] == [True, False]
        assert house.money == (0.0005, 0)

    def test_asking_twice_for_one_call_sets_aside_once(self, house):
        twice = [house.ask(permit_id="same") for _ in range(2)]

        assert [one.id for one in twice] == ["same", "same"]
        assert house.money == (0, 0.001)

    def test_a_call_that_nobody_settled_counts_with_all_it_could_cost(self, house):
        lost, _ = house.permitted(2)
        house.lapse()

        assert house.money == (0.002, 0)
        assert not house.settle(lost, cost_usd=0)
        assert house.money == (0.002, 0)

    def test_what_is_spent_is_known_without_a_limit(self, redis):
        house = GateHouse(redis, rpm=60_000)
        (permit,) = house.permitted(1)
        house.settle(permit, cost_usd=0.002)
        today = house.gate.budget_today()

        assert (today.spent_usd, today.reserved_usd, today.limit_usd) == (0.002, 0, None)

    def test_a_day_is_kept_for_a_few(self, house):
        house.permitted(1)
        (purse,) = house.redis.keys("cd:{all}:purse:*")

        assert 3 * 24 * 3600 < house.redis.ttl(purse) <= 4 * 24 * 3600


class TestBreaker:
    @pytest.fixture
    def house(self, redis):
        return GateHouse(redis, rpm=60_000)

    def state(self, house):
        (breaker,) = house.gate.breakers()
        return breaker.state

    def open(self, house):
        house.fail(5)
        house.let_pass("opens_until")

    def test_it_opens_at_five_failures(self, house):
        house.fail(4)
        before = self.state(house)
        house.fail(1)
        (breaker,) = house.gate.breakers()
        refused = house.ask()

        assert before is BreakerPhase.CLOSED
        assert (breaker.state, breaker.failures) == (BreakerPhase.OPEN, 5)
        assert (breaker.provider, breaker.model) == ("model.example:443", MODEL)
        assert refused.reason is WaitReason.CIRCUIT_OPEN
        assert 14_000 < refused.wait_ms <= 15_000

    def test_one_text_on_which_the_server_breaks_opens_it_for_nobody(self, house):
        for permit in house.permitted(10, asker="one"):
            house.settle(permit, CallOutcome.FAILED)
        (breaker,) = house.gate.breakers()

        assert (breaker.state, breaker.failures) == (BreakerPhase.CLOSED, 1)

    def test_it_stays_closed_while_most_calls_succeed(self, house):
        for permit in house.permitted(6):
            house.settle(permit)
        house.fail(5)

        assert self.state(house) is BreakerPhase.CLOSED

    @pytest.mark.parametrize("outcome", [CallOutcome.ALIVE, CallOutcome.UNKNOWN])
    def test_what_is_no_failure_of_the_server_does_not_count(self, house, outcome):
        for permit in house.permitted(10):
            house.settle(permit, outcome)

        assert self.state(house) is BreakerPhase.CLOSED

    def test_one_call_at_a_time_tries_it(self, house):
        self.open(house)
        phase = self.state(house)
        probes = house.permitted(5)

        assert phase is BreakerPhase.HALF_OPEN
        assert len(probes) == 1

    @pytest.mark.parametrize("outcome", [CallOutcome.OK, CallOutcome.ALIVE])
    def test_it_closes_when_the_probe_is_answered(self, house, outcome):
        self.open(house)
        (probe,) = house.permitted(1)
        house.settle(probe, outcome)

        assert self.state(house) is BreakerPhase.CLOSED
        assert len(house.permitted(5)) == 5

    def test_it_opens_for_twice_as_long_up_to_two_minutes(self, house):
        waits = []
        house.fail(5)
        for _ in range(5):
            waits.append(round(house.ask().wait_ms, -3))
            house.let_pass("opens_until")
            house.fail(1)

        assert waits == [15_000, 30_000, 60_000, 120_000, 120_000]

    def test_a_probe_that_was_stopped_leaves_it_to_the_next(self, house):
        self.open(house)
        (probe,) = house.permitted(1)
        house.settle(probe, CallOutcome.UNKNOWN)

        assert self.state(house) is BreakerPhase.HALF_OPEN
        assert len(house.permitted(2)) == 1

    def test_a_text_on_which_the_server_breaks_keeps_it_open_for_one_round(self, house):
        self.open(house)
        for expected in (BreakerPhase.OPEN, BreakerPhase.HALF_OPEN, BreakerPhase.HALF_OPEN):
            (probe,) = house.permitted(1, asker="one")
            house.settle(probe, CallOutcome.FAILED)
            assert self.state(house) is expected
            house.let_pass("opens_until")
        house.settle(house.ask())

        assert self.state(house) is BreakerPhase.CLOSED

    def test_whoever_tries_next_opens_it_again(self, house):
        house.fail(4)
        for phase in (BreakerPhase.OPEN, BreakerPhase.HALF_OPEN):
            (permit,) = house.permitted(1, asker="one")
            house.settle(permit, CallOutcome.FAILED)
            assert self.state(house) is phase
            house.let_pass("opens_until")
        house.fail(1)

        assert self.state(house) is BreakerPhase.OPEN
        assert house.ask().wait_ms > 29_000

    def test_a_probe_whose_worker_died_does_not_keep_it_half_open(self, house):
        self.open(house)
        house.permitted(1)
        house.let_pass("probe_until")

        assert len(house.permitted(2)) == 1

    def test_nobody_waits_for_all_of_the_lease_of_a_probe_whose_worker_died(self, house):
        self.open(house)
        (probe,) = house.permitted(1, lease_ms=1_000_000)
        tries_until = float(house.redis.hget(house.key, "probe_until"))

        assert house.redis.zscore("cd:{all}:permits", probe.id) - tries_until > 900_000

    @pytest.mark.parametrize(
        ("outcome", "phase"),
        [
            (CallOutcome.OK, BreakerPhase.CLOSED),
            (CallOutcome.FAILED, BreakerPhase.OPEN),
            (CallOutcome.UNKNOWN, BreakerPhase.HALF_OPEN),
        ],
    )
    def test_a_probe_that_takes_its_time_is_heard_all_the_same(self, house, outcome, phase):
        self.open(house)
        slow, other = house.permitted(2, answer_ms=0)
        house.settle(slow, outcome)
        heard = self.state(house)
        house.settle(other)

        assert heard is phase
        assert self.state(house) is BreakerPhase.CLOSED

    def test_a_call_from_before_does_not_close_it(self, house):
        (early,) = house.permitted(1)
        self.open(house)
        house.settle(early)

        assert self.state(house) is BreakerPhase.HALF_OPEN


class TestCold:
    @pytest.fixture
    def house(self, redis):
        return GateHouse(redis)

    def test_few_begin_while_nobody_knows_the_limits(self, house):
        assert 4 <= len(house.permitted(50)) < 10

    def test_all_begin_once_a_server_has_told_of_none(self, house):
        house.heed(house.ask())

        assert len(house.permitted(50)) == 50

    def test_more_begin_as_time_passes(self, house):
        house.permitted(10)
        house.let_pass("cold_at", ms=3000)

        assert 20 < len(house.permitted(50)) < 40

    def test_the_first_answer_tells_the_pace(self, house):
        house.heed(house.ask(), requests=(600, 599, 100))
        waits = [permit.wait_ms for permit in house.permitted(50)]

        assert len(waits) < 30
        assert 1800 < max(waits) <= 2000
