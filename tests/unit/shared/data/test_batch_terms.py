from dataclasses import replace

import pytest

from shared.data.redis import scripts
from shared.errors import ConflictError
from shared.jobs.batches import KnownSection
from shared.jobs.names import QueueName
from shared.jobs.records import Usage
from shared.jobs.states import Outcome, Status
from tests.unit.shared.data.batch_house import BATCH, BatchHouse, result, section

CHEAP = Usage(10, 0, 1, 0.1)


@pytest.fixture
def house(redis):
    return BatchHouse(redis)


class TestMoney:
    def test_what_can_never_be_paid_fails_without_a_call(self, house):
        children = house.set_out(section(1, worst_usd=2.0), max_cost_usd=1.0)

        assert house.take(children[1]) is None
        assert house.job().error["code"] == "BUDGET_EXCEEDED"

    def test_what_others_may_yet_leave_is_waited_for(self, house):
        orders = [section(n, worst_usd=0.6) for n in (1, 2)]
        children = house.set_out(*orders, max_cost_usd=1.0)
        first = house.take(children[1])
        assert house.take(children[2]) is None
        assert house.states() == ["running", "waiting"]
        house.succeed(first, usage=CHEAP)
        house.redis.zadd(house.partition.parked, {children[2]: 0})
        house.sweep()

        assert house.take(children[2]) is not None

    def test_a_lost_attempt_counts_with_what_it_might_have_cost(self, house):
        children = house.set_out(section(1, worst_usd=0.6), max_cost_usd=1.0)
        house.lapse(house.take(children[1]))
        house.sweep()

        assert house.take(children[1]) is None
        assert house.job().error["code"] == "BUDGET_EXCEEDED"

    def test_what_an_earlier_try_has_used_counts(self, house):
        children = house.set_out(section(1, worst_usd=0.6), max_cost_usd=1.0)
        house.leases.give_back(house.take(children[1]), "handed_back", Usage(1, 0, 1, 0.5))

        assert house.take(children[1]) is None

    def test_a_section_without_a_price_is_never_paid(self, house):
        children = house.set_out(section(1), max_cost_usd=1.0)

        assert house.take(children[1]) is None

    def test_what_costs_nothing_fits_into_any_limit(self, house):
        children = house.set_out(section(1, worst_usd=0.0), max_cost_usd=1e-9)
        house.succeed(house.take(children[1]), usage=Usage())

        assert (house.job().status, house.job().usage.cost_usd) == (Status.SUCCEEDED, 0)

    def test_without_a_limit_nothing_is_reserved(self, house):
        children = house.set_out(section(1, worst_usd=99.0))

        assert house.take(children[1]) is not None


class TestTheSameSectionElsewhere:
    def test_it_is_joined_and_costs_nothing(self, house):
        first = house.set_out(section(1, mark="m"))
        earlier = house.batch
        house.set_out(section(2, mark="m"))
        house.succeed(house.take(first[1]), 1)

        assert house.job().status is Status.SUCCEEDED
        assert house.told("suggestion.created")[0]["suggestion"]["start"] == 101
        assert house.job().usage == Usage()
        assert house.batches.find(house.batch.job_id).saved_usd == 0.002
        assert house.find(earlier).usage.cost_usd == 0.002

    def test_a_cancelled_batch_leaves_it_to_the_other(self, house):
        first = house.set_out(section(1, mark="m"))
        earlier = house.batch
        house.set_out(section(1, mark="m"))
        lease = house.take(first[1])
        house.cancel(earlier)
        house.succeed(lease, 1)

        assert house.find(earlier).status is Status.CANCELLED
        assert house.job().status is Status.SUCCEEDED
        assert house.job().usage.cost_usd == 0.002

    def test_a_batch_with_a_limit_does_without(self, house):
        house.set_out(section(1, mark="m"))
        children = house.set_out(section(1, mark="m", worst_usd=0.1), max_cost_usd=1.0)

        assert house.take(children[1]) is not None


class TestTryingAgain:
    def finished(self, house):
        first, second = map(house.take, house.set_out(section(1), section(2)).values())
        house.fail(first)
        house.succeed(second, 5)
        return house.batch

    def again(self, house, old):
        made = house.jobs.again(old.job_id, owner=house.caller.owner, request_id="r")
        house.batch = replace(old, job_id=made.job_id)
        return made

    def test_a_partial_batch_may_be_tried_again(self, house):
        made = self.again(house, self.finished(house))

        assert made.lane == QueueName.BULK_RESCUE
        assert made.to_wake == (made.job_id,)
        assert house.job().retry_of

    def test_what_succeeded_is_known(self, house):
        self.again(house, self.finished(house))
        known = house.batches.earlier(house.claim(house.batch))

        assert {spot.n: one for spot, one in known.items()} == {
            2: KnownSection(result(5), saved_usd=0.002)
        }

    def test_a_first_try_knows_nothing(self, house):
        assert house.batches.earlier(house.plan(section(1))) == {}

    def test_a_complete_batch_is_not_tried_again(self, house):
        house.succeed(house.take(house.set_out(section(1))[1]))

        with pytest.raises(ConflictError):
            self.again(house, house.batch)


class TestExpiry:
    def begin_by(self, house):
        claims = house.begin(**BATCH, expires_in_ms=60_000)
        return house.set_out(section(1), section(2), claims=claims)

    def pass_by(self, house, *children):
        for child in children:
            house.redis.zadd(house.partition.starts, {child: 0})
        house.sweep()

    def test_sections_that_have_not_begun_expire(self, house):
        children = self.begin_by(house)
        lease = house.take(children[1])
        self.pass_by(house, children[2])
        house.succeed(lease, 1)

        assert (house.job().status, house.job().outcome) == (Status.SUCCEEDED, Outcome.PARTIAL)
        assert house.states() == ["succeeded", "expired"]
        assert house.told("section.failed")[0]["status"] == "expired"

    def test_with_all_of_them_the_batch(self, house):
        self.pass_by(house, *self.begin_by(house).values())

        assert house.job().status is Status.EXPIRED


class TestAnOwnerThatBecomesAnother:
    def test_its_sections_change_over_to_the_other_line(self, house):
        house.set_out(*(section(n) for n in range(1, 5)))
        old = house.caller.owner
        keys = house.partition
        scripts.load(house.redis, "hand_over")(
            keys=[keys.jobs_of(old), keys.jobs_of("u1")],
            args=[old, "u1", keys.base, 1000, house.batch.job_id],
        )

        assert house.redis.zcard(keys.line(QueueName.BULK, "u1")) == 2
        assert house.redis.zcard(keys.line(QueueName.BULK, old)) == 0
        assert house.take(house.children()[1]).owner == "u1"
