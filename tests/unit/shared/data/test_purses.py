from dataclasses import replace

import pytest

from shared.data.redis.job_moves import JobMoves
from shared.data.redis.purses import Purses, nusd, payers
from shared.data.redis.usage import UsageCounters
from shared.domain.budgets import Budgets
from shared.domain.identity import Caller, Credential, Tier
from shared.errors import BudgetExceededError
from shared.jobs.records import KnownAnswer, Usage
from shared.jobs.states import Status
from tests.unit.shared.data.redis_house import FAILURE, POLICY, SUCCESS

LIMIT, WORST = 1.0, 0.4
BUDGETS = Budgets({Tier.ANONYMOUS: LIMIT})


def paid(ending, usd):
    return replace(ending, usage=Usage(1, 0, 1, usd))


@pytest.fixture
def bank(house):
    return Bank(house)


class Bank:
    """Hands in what costs something, and tells what became of the money."""

    def __init__(self, house):
        self.house = house
        self._purses = Purses(house.redis, house.keys, BUDGETS)

    def submit(self, caller=None, **order):
        return self.house.submit(caller, **{"limit_usd": LIMIT, "worst_usd": WORST} | order)

    def begin(self, **order):
        admitted = self.submit(**order)
        return admitted, self.house.claim(admitted)

    @property
    def money(self):
        """Spent and set aside."""
        purse = self._purses.look(self.house.caller)
        return purse.spent_usd, purse.reserved_usd

    def look(self, caller):
        return self._purses.look(caller)


class TestAdmission:
    def test_work_sets_aside_the_most_that_it_can_cost(self, bank):
        bank.submit()
        bank.submit()

        assert bank.money == (0, 0.8)
        with pytest.raises(BudgetExceededError) as refusal:
            bank.submit()
        assert 0 < refusal.value.retry_after_ms <= 24 * 3600 * 1000

    def test_what_is_refused_leaves_no_trace(self, bank, house):
        bank.submit()
        bank.submit()
        before = {key: house.redis.dump(key) for key in house.redis.scan_iter()}
        with pytest.raises(BudgetExceededError):
            bank.house.submit_under("k", limit_usd=LIMIT, worst_usd=WORST)

        assert {key: house.redis.dump(key) for key in house.redis.scan_iter()} == before

    def test_it_is_asked_for_the_price_of_what_is_new_and_may_be_paid(self, bank):
        assert bank.submit(worst_usd=None).verdict == "unpriced"
        bank.submit(worst_usd=LIMIT)

        with pytest.raises(BudgetExceededError):
            bank.submit(worst_usd=None)

    def test_without_a_limit_nothing_is_set_aside(self, bank):
        bank.submit(limit_usd=None, worst_usd=None)

        assert bank.money == (0, 0)

    def test_what_costs_nothing_is_answered_without_money(self, bank, house):
        first = bank.submit(mark="m", worst_usd=LIMIT)
        known = KnownAnswer("{}", (), 1)

        assert house.submit(known=known, limit_usd=LIMIT).verdict == "answered"
        assert bank.submit(mark="m", worst_usd=None).verdict == "joined"
        assert bank.money == (0, LIMIT)
        assert house.find(first).status is Status.QUEUED

    def test_what_came_before_is_answered_without_money(self, bank, house):
        terms = {"limit_usd": LIMIT, "worst_usd": LIMIT}
        first = house.submit_under("k", **terms)

        again = house.submit_under("k", **terms)
        assert (again.verdict, again.job_id) == ("replayed", first.job_id)

    def test_two_sessions_at_one_address_share_its_purse(self, bank, house):
        other = house.enter()
        bank.submit()
        bank.submit(other)

        with pytest.raises(BudgetExceededError):
            bank.submit(house.enter())
        assert bank.submit(house.enter("192.0.2.99")).verdict == "accepted"
        assert bank.look(other).reserved_usd == 0.8

    def test_a_batch_needs_only_that_something_is_left(self, bank):
        assert bank.submit(kind="batch", worst_usd=None).verdict == "accepted"
        bank.submit(worst_usd=LIMIT)

        with pytest.raises(BudgetExceededError):
            bank.submit(kind="batch", worst_usd=None)


class TestTheEnd:
    @pytest.mark.parametrize("ending", [SUCCESS, FAILURE])
    def test_what_was_used_is_spent_and_the_rest_is_free(self, bank, house, ending):
        _, lease = bank.begin()
        for _ in range(2):  # the answer of the first was lost
            assert house.finish(lease, paid(ending, 0.1))

        assert bank.money == (0.1, 0)

    def test_it_is_counted_without_a_limit_too(self, bank, house):
        _, lease = bank.begin(limit_usd=None, worst_usd=None)
        house.finish(lease, paid(SUCCESS, 0.1))

        assert bank.money == (0.1, 0)

    @pytest.mark.parametrize("leave", ["cancel", "delete"])
    def test_what_never_ran_costs_nothing(self, bank, house, leave):
        admitted = bank.submit()
        getattr(house.jobs, leave)(admitted.job_id, owner=house.caller.owner)

        assert bank.money == (0, 0)

    @pytest.mark.parametrize("leave", ["cancel", "delete"])
    def test_what_is_stopped_pays_what_it_used(self, bank, house, leave):
        admitted, lease = bank.begin()
        getattr(house.jobs, leave)(admitted.job_id, owner=house.caller.owner)
        assert bank.money == (0, WORST)

        house.finish(lease, paid(FAILURE, 0.05))
        assert bank.money == (0.05, 0)

    def test_what_is_superseded_gives_its_money_back(self, bank):
        bank.submit(supersede_key="k")
        bank.submit(supersede_key="k")

        assert bank.money == (0, WORST)

    def test_a_try_given_back_is_paid_and_the_next_sets_aside_anew(self, bank, house):
        admitted, lease = bank.begin()
        house.leases.give_back(lease, "handed_back", Usage(1, 0, 1, 0.1))
        assert bank.money == (0.1, 0)

        lease = house.claim(admitted)
        assert bank.money == (0.1, WORST)
        house.finish(lease, paid(SUCCESS, 0.3))
        assert bank.money == (0.3, 0)

    def test_a_lost_attempt_is_paid_as_if_it_had_used_all(self, bank, house):
        admitted, lease = bank.begin()
        house.lapse(lease)
        house.sweep()
        assert bank.money == (WORST, 0)

        house.finish(house.claim(admitted), paid(SUCCESS, 0.1))
        assert bank.money == (0.5, 0)

    def test_a_user_pays_alone(self, bank, house):
        user = Caller("u1", Tier.USER, Credential.BEARER, house.caller.address, login_id="l")
        bank.submit(user)

        assert bank.look(user).reserved_usd == WORST
        assert bank.money == (0, 0)
        assert payers(user) == ("u1",)


class TestOwnersThatChange:
    def test_what_a_session_began_is_settled_where_it_was_set_aside(self, bank, house):
        _, lease = bank.begin()
        moves = JobMoves(house.redis, house.keys, POLICY)
        moves.end_session(house.caller.owner, "u1")
        moves.move(house.caller.owner, "u1")
        house.finish(lease, paid(SUCCESS, 0.1))

        user = Caller("u1", Tier.USER, Credential.BEARER, house.caller.address, login_id="l")
        assert bank.money == (0.1, 0)
        assert bank.look(user).spent_usd == 0

    def test_one_who_is_gone_leaves_no_purse_and_gets_nothing_back(self, bank, house):
        user = Caller("u1", Tier.USER, Credential.BEARER, house.caller.address, login_id="l")
        lease = house.claim(bank.submit(user))
        today = int(house.redis.time()[0] // 86_400)
        UsageCounters(house.redis, house.keys).erase_owner("u1", today=today)
        assert house.redis.keys("*purse*") == []

        house.finish(lease, paid(SUCCESS, 0.1))
        assert (bank.look(user).spent_usd, bank.look(user).reserved_usd) == (0.1, 0)


class TestTheNextTry:
    def test_it_waits_while_others_hold_what_may_be_left(self, bank, house):
        admitted, lease = bank.begin()
        house.leases.give_back(lease, "handed_back", Usage())
        _, other = bank.begin(worst_usd=0.7)

        assert house.claim(admitted) is None
        assert house.find(admitted).wait_reason == "budget"
        assert house.log(admitted)[-1] == "job.waiting"
        house.finish(other, paid(SUCCESS, 0.1))
        house.wait_over(lease)
        house.sweep()
        assert house.claim(admitted)

    def test_it_fails_when_nothing_is_left(self, bank, house):
        admitted, lease = bank.begin()
        house.leases.give_back(lease, "handed_back", Usage())
        _, other = bank.begin(worst_usd=0.7)
        house.finish(other, paid(SUCCESS, 0.7))

        assert house.claim(admitted) is None
        assert house.find(admitted).error["code"] == "BUDGET_EXCEEDED"
        assert bank.money == (0.7, 0)

    def test_a_retry_pays_as_the_first_did(self, bank, house):
        admitted, lease = bank.begin()
        house.finish(lease, paid(FAILURE, 0.1))
        house.jobs.again(admitted.job_id, owner=house.caller.owner, request_id="r")
        assert bank.money == (0.1, WORST)

        bank.submit()
        with pytest.raises(BudgetExceededError):
            house.jobs.again(admitted.job_id, owner=house.caller.owner, request_id="r")


def test_money_is_rounded_against_whoever_spends_it():
    assert nusd(0.000_000_000_1) == 1
    assert nusd(0.1 + 0.2) == 300_000_000


def test_a_purse_goes_with_its_time(bank, house):
    bank.submit()
    purses = house.redis.keys("*purse*")

    assert len(purses) == 2
    assert all(7 * 86400 < house.redis.ttl(key) <= 8 * 86400 for key in purses)
