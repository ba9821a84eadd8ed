"""What a batch of thousands of sections may cost others: their turn, and the time of the store."""

import itertools

import pytest

from shared.data.redis import job_moves
from shared.jobs.names import QueueName
from shared.jobs.states import Status
from tests.unit.shared.data.batch_house import BATCH, BatchHouse, section
from tests.unit.shared.data.redis_house import POLICY

MANY = 5000
ELSEWHERE = "192.0.2.9"
_numbers = itertools.count()


@pytest.fixture
def house(redis):
    return BatchHouse(redis)


def sections(house, count):
    """Return orders for sections; an owner's second batch has other texts."""
    owner = house.caller.owner
    return [section(n, mark=f"{owner}-{next(_numbers)}") for n in range(1, count + 1)]


def commands(house, step):
    """Return how many commands the store ran for this step."""
    house.redis.config_resetstat()
    step()
    return sum(each["calls"] for each in house.redis.info("commandstats").values())


def next_owners(house, count):
    """Return whose work is handed out next, behind what is, as the broker would deliver it."""
    messages = house.redis.zrange(house.partition.ready(QueueName.BULK), 0, -1)
    owners = []
    for _ in range(POLICY.bulk_window + count):
        lease = house.take(messages.pop(0))
        owners.append(lease.owner)
        messages += lease.to_wake
    return owners[POLICY.bulk_window :]


class TestFairness:
    def test_a_single_job_does_not_wait_for_all_of_them(self, house):
        house.set_out(*sections(house, MANY))
        other = house.enter(ELSEWHERE)
        house.submit(other, lane=QueueName.BULK)

        assert other.owner in next_owners(house, POLICY.bulk_window)

    def test_two_batches_take_turns(self, house):
        house.set_out(*sections(house, 20))
        house.caller = house.enter(ELSEWHERE)
        house.set_out(*sections(house, 20))
        owners = next_owners(house, 10)

        assert owners.count(house.caller.owner) == 5
        assert all(one != two for one, two in itertools.pairwise(owners))

    def test_a_second_batch_of_the_same_owner_wins_no_second_turn(self, house):
        for _ in range(2):
            house.set_out(*sections(house, 10))
        house.caller = house.enter(ELSEWHERE)
        house.set_out(*sections(house, 10))
        owners = next_owners(house, 10)

        assert owners.count(house.caller.owner) == 5


class TestTheTimeOfTheStore:
    """It does nothing else meanwhile, so what takes a command for each section is bounded."""

    def test_to_stop_many_takes_one_look_at_each(self, house):
        house.set_out(*sections(house, 1000))

        assert commands(house, lambda: house.cancel(house.batch)) < 1.2 * 1000
        assert house.job().status is Status.CANCELLED
        assert house.counts() == {"cancelled": 1000}
        assert house.redis.keys("*inflight:*") == []

    def test_to_count_many_takes_few(self, house):
        house.set_out(*sections(house, 1000))
        taken = commands(house, lambda: house.batches.find(house.batch.job_id))

        assert taken < 50
        assert house.counts() == {"queued": 1000}

    def test_to_hand_over_many_takes_one_for_each(self, house):
        house.set_out(*sections(house, 1000))
        moves = job_moves.JobMoves(house.redis, house.keys, POLICY)

        assert commands(house, lambda: moves.move(house.caller.owner, "u1")) < 1.2 * 1000
        assert house.redis.zcard(house.partition.line(QueueName.BULK, "u1")) == 998

    def test_no_step_brings_more_than_some_into_being(self, house):
        claims = house.begin(**BATCH)
        before = commands(house, lambda: house.plan(*sections(house, 1000), claims=claims, steps=1))

        assert len(house.children()) == 100
        assert before < 25 * 100


def test_of_many_only_those_that_wait_for_their_first_attempt_end_at_once(house):
    children = house.set_out(*(section(n) for n in range(1, 6)))
    running, tried = house.take(children[1]), house.take(children[2])
    house.leases.give_back(tried, "provider_backoff", tried.spent, wait_ms=1000)
    house.cancel(house.batch)

    assert house.states() == ["running", *["cancelled"] * 4]
    house.stop(running)
    assert house.told().count("end") == 1
    assert house.redis.zcard(house.partition.parked) == 0
