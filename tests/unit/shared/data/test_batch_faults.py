"""What might go wrong with a batch when its parts end in an order that nobody planned."""

from dataclasses import replace

import pytest

from shared.data.redis import batches
from shared.data.redis.admission import Admission
from shared.errors import OverloadedError
from shared.jobs.batches import KnownSection
from shared.jobs.leases import Wait
from shared.jobs.names import QueueName
from shared.jobs.records import Usage
from shared.jobs.states import Outcome, Status
from tests.unit.shared.data.batch_house import BATCH, USED, BatchHouse, result, section
from tests.unit.shared.data.redis_house import CLAIMANT, CREATED, POLICY

FREE = Usage(10, 0, 1, 0.0)
WORST = {"worst_usd": 0.4}


@pytest.fixture
def house(redis):
    return BatchHouse(redis)


@pytest.fixture
def small_steps(monkeypatch):
    """Let each step bring one section into being."""
    monkeypatch.setattr(batches, "_AT_ONCE", 1)


def purse(house):
    """Return what is spent and what is set aside, in nusd."""
    batch = house.partition.batch(house.batch.job_id)
    found = house.redis.hmget(batch, "spent_nusd", "reserved_nusd")
    return [int(each or 0) for each in found]


class TestWhileItIsPlanned:
    def test_a_cancelled_batch_that_was_put_off_is_not_planned_on(self, house):
        lease = house.plan(section(1), total=2)
        house.leases.give_back(lease, "provider_backoff", Usage(), wait_ms=1000)
        running = house.take(house.children()[1])
        assert not house.cancel(house.batch)
        house.redis.zadd(house.partition.parked, {lease.work_id: 0}, xx=True)
        found = [work for work, *_ in house.sweep()]

        assert house.batch.job_id not in found
        assert (house.job().status, house.job().wait_until_ms) == (Status.WAITING, None)
        house.stop(running)
        assert house.job().status is Status.CANCELLED

    def test_cancelled_its_sections_end_at_once_and_no_more_come(self, house, small_steps):
        orders = [section(n) for n in (1, 2, 3)]
        lease = house.plan(*orders, steps=2)
        house.cancel(house.batch)
        assert house.states() == ["cancelled", "cancelled"]
        house.plan(*orders, claims=(house.batch, lease))

        assert house.children() == {}
        assert house.batches.set_out(lease)
        assert house.job().status is Status.CANCELLED
        assert house.counts() == {"cancelled": 3}

    def test_after_the_first_error_no_more_come(self, house, small_steps):
        orders = [section(n) for n in (1, 2, 3)]
        lease = house.plan(*orders, steps=1, stops_on_error=True)
        house.fail(house.take(house.children()[1]))
        house.plan(*orders, claims=(house.batch, lease), stops_on_error=True)

        assert house.children() == {}
        assert house.batches.set_out(lease)
        assert house.job().error["code"] == "CONTENT_REFUSED"

    def test_without_sections_it_is_complete(self, house):
        house.set_out()

        assert (house.job().status, house.job().outcome) == (Status.SUCCEEDED, Outcome.COMPLETE)
        assert house.batches.find(house.batch.job_id).total == 0

    def test_an_attempt_that_is_over_withdraws_nothing_of_its_sections(self, house):
        lease = house.plan(section(1), total=1)
        house.append(lease, [CREATED])
        house.succeed(house.take(house.children()[1]), 1)
        house.leases.give_back(lease, "handed_back", Usage())

        assert "output.reset" not in house.told()
        assert house.job().progress == {"done": 1, "total": 1}


class TestMoney:
    def test_a_price_of_nothing_is_a_price(self, house):
        children = house.set_out(section(1, worst_usd=0.0), max_cost_usd=1.0)
        house.succeed(house.take(children[1]), usage=FREE)

        assert house.job().status is Status.SUCCEEDED
        assert purse(house) == [0, 0]

    def test_what_ran_out_of_time_unseen_counts_as_the_most_it_can_have_cost(self, house):
        children = house.set_out(section(1, **WORST), section(2, **WORST), max_cost_usd=1.0)
        lease = house.take(children[1])
        house.redis.hset(house.partition.work(lease.work_id), "deadline", 1)
        house.lapse(lease)
        house.sweep()

        assert house.states() == ["failed", "queued"]
        assert purse(house) == [400_000_000, 0]

    def test_two_that_lost_their_workers_do_not_wait_for_each_other(self, house):
        children = house.set_out(section(1, **WORST), section(2, **WORST), max_cost_usd=1.201)
        for child in children.values():
            house.lapse(house.take(child))
        house.sweep()
        assert purse(house) == [800_000_000, 0]
        lease = house.take(children[1])

        assert lease
        house.succeed(lease)
        assert house.take(children[2]) is None
        assert house.states() == ["succeeded", "failed"]

    def test_one_that_is_given_back_holds_nothing_back(self, house):
        children = house.set_out(section(1, **WORST), section(2, **WORST), max_cost_usd=0.7)
        lease = house.take(children[1])
        house.leases.give_back(lease, "provider_backoff", Usage(1, 0, 1, 0.1), wait_ms=1000)

        assert purse(house) == [100_000_000, 0]
        assert house.take(children[2])

    def test_one_that_waits_for_money_lets_others_go_first(self, house):
        orders = [section(n, **WORST) for n in range(1, 6)]
        children = house.set_out(*orders, max_cost_usd=0.5)
        house.take(children[1])
        for n in (2, 3, 4, 5):
            house.take(children[n])
        other = house.submit(house.enter("192.0.2.9"), lane=QueueName.BULK)
        for n in (2, 3, 4, 5):
            house.redis.zadd(house.partition.parked, {children[n]: 0})
        found = [work for work, *_ in house.sweep()]

        assert [*other.to_wake, *found].count(other.job_id) == 1
        assert house.redis.zcard(house.partition.ready(QueueName.BULK)) <= 2


class TestTheSameSectionElsewhere:
    def test_what_began_it_is_gone_and_its_terms_are_still_found(self, house):
        child = house.set_out(section(1, mark="m"))[1]
        first = house.batch
        house.set_out(section(1, mark="m"))
        house.jobs.delete(first.job_id, owner=house.caller.owner)

        assert house.batches.common(child) == '{"title":"T"}'
        house.succeed(house.take(child), 1)
        assert house.job().usage == USED
        assert house.batches.common(child) is None

    def test_one_that_runs_has_begun_for_whoever_joins_it(self, house):
        lease = house.take(house.set_out(section(1, mark="m"))[1])
        house.set_out(section(1, mark="m"), section(2))
        assert house.told("section.started")[0]["attempt"] == 1
        house.succeed(lease)

        assert house.batches.find(house.batch.job_id).eta_ms is not None

    def test_what_has_begun_does_not_expire(self, house):
        house.take(house.set_out(section(1, mark="m"))[1])
        claims = house.begin(**BATCH, expires_in_ms=60_000)
        house.set_out(section(1, mark="m"), claims=claims)

        assert house.redis.zcard(house.partition.starts) == 0

    def test_what_waits_for_its_turn_has_not_begun(self, house):
        lease = house.take(house.set_out(section(1, mark="m"))[1])
        house.leases.put_off(lease, Wait("rate_limit", 9000, is_try=False), Usage())
        claims = house.begin(**BATCH, expires_in_ms=60_000)
        children = house.set_out(section(1, mark="m"), claims=claims)

        assert house.redis.zrange(house.partition.starts, 0, -1) == list(children.values())

    def test_the_same_twice_in_one_batch_is_paid_once(self, house):
        children = house.set_out(section(1, mark="m"), section(2, mark="m"))
        house.succeed(house.take(children[1]), 1)

        assert house.counts() == {"succeeded": 2}
        assert house.job().usage == USED
        assert [one["suggestion"]["id"] for one in house.told("suggestion.created")] in (
            ["sg_1_1", "sg_2_1"],
            ["sg_2_1", "sg_1_1"],
        )


class TestStartingInTime:
    def test_sections_have_the_time_of_whoever_gives_most(self, house):
        batch, lease = house.begin(**BATCH, mark="b", expires_in_ms=60_000)
        house.submit(**BATCH, mark="b")
        house.set_out(section(1), claims=(batch, lease))

        assert house.redis.zcard(house.partition.starts) == 0


class TestHowMuchMayWait:
    def test_batches_past_the_lines_count(self, house):
        house.submit(**BATCH)
        few = replace(POLICY, queue_depth=1)
        house.admission = Admission(house.redis, house.keys, few, cache_is_here=True)
        with pytest.raises(OverloadedError):
            house.submit(**BATCH)
        house.submit(lane=QueueName.BULK)

    def test_a_cancelled_batch_is_no_measure_of_the_pace(self, house):
        house.set_out(*(section(n) for n in range(1, 51)))
        house.cancel(house.batch)
        rate = house.redis.hget(house.partition.pace(QueueName.BULK), "rate")

        assert float(rate) == pytest.approx(1 / 30_000, rel=0.01)


class TestTryingAgain:
    def test_a_partial_section_is_asked_about_again(self, house):
        first, second = map(house.take, house.set_out(section(1), section(2)).values())
        house.succeed(first, 5, outcome=Outcome.PARTIAL)
        house.succeed(second, 7)
        made = house.jobs.again(house.batch.job_id, owner=house.caller.owner, request_id="r")
        lease = house.leases.claim(made.job_id, made.lane, CLAIMANT, claim_id="again")

        known = house.batches.earlier(lease)
        assert {spot.n: one for spot, one in known.items()} == {2: KnownSection(result(7), 0.002)}

    def test_one_on_the_shelf_is_kept_as_long_as_the_shelf_has_it(self, house):
        house.plan(section(1))
        running = house.take(house.children()[1])
        for _ in range(3):
            house.redis.zadd(house.partition.leases, {house.batch.job_id: 0})
            house.sweep()
            house.claim(house.batch)
        house.stop(running)

        assert house.job().error["code"] == "POISONED"
        assert house.redis.pttl(house.partition.input(house.batch.job_id)) > 6 * 24 * 3600 * 1000


def test_one_that_a_worker_finds_in_the_cache_meanwhile_counts_as_cached(house):
    child = house.set_out(section(1))[1]
    house.succeed(house.take(child), 1, usage=Usage(), outcome=Outcome.CACHED)

    assert house.job().outcome is Outcome.CACHED
    assert house.batches.find(house.batch.job_id).cached == 1
    assert house.told("section.completed")[0]["cached"] is True
