import itertools

import pytest

from shared.jobs.provider_calls import CallOutcome, Permit, Settlement, WaitReason
from tests.unit.shared.data.gate_house import GateHouse

EACH_MS = 60_000 / (600 * 0.97)


@pytest.fixture
def house(redis):
    return GateHouse(redis, rpm=600)


class TestTurns:
    def test_after_a_small_burst_they_come_one_by_one(self, house, clock):
        began_ms = clock.now_ms
        waits = [permit.wait_ms for permit in house.permitted(30)]
        took_ms = clock.now_ms - began_ms
        turns = [wait for wait in waits if wait > 0]

        assert waits.count(0) >= 3
        # Time goes by between two questions, so waits grow by no more than a turn takes.
        assert all(b - a <= EACH_MS + 1 for a, b in itertools.pairwise(turns))
        assert turns[-1] + took_ms >= (len(waits) - 8) * EACH_MS * 0.97

    def test_who_must_wait_longer_than_a_moment_gets_a_place(self, house):
        permits, found = house.permitted(40), [house.ask() for _ in range(3)]
        turns = [one.wait_ms for one in found]

        assert 20 < len(permits) < 30
        assert {one.reason for one in found} == {WaitReason.RATE_LIMIT}
        assert turns == sorted(turns)
        assert turns[-1] - turns[0] > EACH_MS

    def test_who_comes_fresh_goes_behind_those_in_line(self, house):
        house.permitted(40)
        waiting = house.ask("first").wait_ms
        house.let_pass("req_at", ms=1500)  # a moment would be enough now, but for the line

        assert house.ask().wait_ms > waiting

    def test_who_returns_is_let_in(self, house):
        house.permitted(40)
        house.ask("first")

        assert isinstance(house.ask("first"), Permit)
        assert not isinstance(house.ask(), Permit)

    def test_places_of_those_who_do_not_come_are_not_kept_for_ever(self, house):
        house.permitted(40)
        house.let_pass("req_at", "tok_at", ms=10_000)

        assert isinstance(house.ask(), Permit)

    def test_nor_does_the_pace_go_unused_for_them(self, house):
        permits = house.permitted(40)
        for _ in range(30):
            house.ask()  # such as jobs that were cancelled since
        house.let_pass("req_at", ms=len(permits) * EACH_MS + 600)

        assert isinstance(house.ask(), Permit)

    def test_bulk_work_goes_behind_those_who_wait_at_a_screen(self, house):
        house.permitted(40)
        bulk = house.ask(lane="bulk").wait_ms
        shown = house.ask().wait_ms

        assert abs(shown - bulk) < 20  # as if the other one were not there
        assert house.ask(lane="bulk").wait_ms > shown

    def test_a_permit_that_was_not_used_gives_its_turn_back(self, house):
        *_, last = house.permitted(20)
        assert house.gate.settle(last, Settlement(CallOutcome.UNUSED))
        (again,) = house.permitted(1)

        assert abs(again.wait_ms - last.wait_ms) < 30


class TestTokens:
    def test_they_have_a_pace_of_their_own(self, redis):
        house = GateHouse(redis, tpm=60_000)
        waits = [permit.wait_ms for permit in house.permitted(10)]

        # 100 tokens in and half of 100 out, at 970 a second
        assert all(abs(b - a - 155) < 30 for a, b in itertools.pairwise(waits) if a > 0)

    def test_it_learns_how_much_calls_truly_take(self, redis):
        house = GateHouse(redis, tpm=60_000)
        for permit in house.permitted(10):
            house.settle(permit, tokens=(100, 0))
        (soon,) = house.permitted(1)

        assert soon.wait_ms < 10 * 155 - 400


class TestHeads:
    def test_the_lower_of_setting_and_header_holds(self, house):
        house.heed(house.ask(), requests=(60, 59, 1000))
        waits = [permit.wait_ms for permit in house.permitted(10)]

        assert len(waits) < 5

    def test_what_is_left_is_spread_over_the_time_until_it_is_whole(self, house):
        house.heed(house.ask(), requests=(600, 10, 10_000))
        waits = [permit.wait_ms for permit in house.permitted(5)]

        assert max(waits) > 1000

    @pytest.mark.parametrize("left", [0, 50])
    def test_tokens_are_slow_no_longer_than_until_all_are_there_again(self, redis, left):
        house = GateHouse(redis)
        house.heed(house.ask(), tokens=(600_000, left, 1000))
        permits = [house.ask(input_tokens=1000) for _ in range(5)]
        for permit in permits:
            house.settle(permit, tokens=(1000, 200))

        assert {type(permit) for permit in permits} == {Permit}
        assert 900 < house.ask().wait_ms < 1900  # 100 ms for each of them, and one second for all

    @pytest.mark.parametrize(
        ("told", "wait_ms"),
        [
            ({"retry_after_ms": 7000}, 7000),
            ({"retry_after_ms": 24 * 3600 * 1000}, 600_000),
            ({"requests": (600, 0, 24 * 3600 * 1000)}, 60_000),
            ({"requests": (600, 0, 9000)}, 9000),
            ({}, 1000),
        ],
    )
    def test_after_a_429_nobody_asks_for_a_while(self, redis, told, wait_ms):
        house = GateHouse(redis)
        house.heed(house.ask(), 429, **told)
        found = house.ask(horizon_ms=0)

        assert found.reason is WaitReason.RATE_LIMIT
        assert wait_ms - 200 < found.wait_ms <= wait_ms

    @pytest.mark.parametrize("told", [{"tokens": (1,)}, {"requests": (1,)}])
    def test_a_limit_that_can_hardly_be_holds_nobody_up_for_longer_than_a_minute(self, redis, told):
        """No bucket takes longer to be full again than the minute that it is for."""
        house = GateHouse(redis)
        house.heed(house.ask(), **told)
        house.ask()

        assert 50_000 < house.ask(horizon_ms=0).wait_ms <= 60_000

    def test_a_count_that_cannot_be_holds_nobody_up_for_days(self, redis):
        house = GateHouse(redis, tpm=600_000)
        house.settle(house.ask(), tokens=(100, 2_000_000_000))

        assert 50_000 < house.ask(horizon_ms=0).wait_ms <= 60_000

    def test_those_that_come_together_are_one(self, redis):
        house = GateHouse(redis)
        permit = house.ask()
        for _ in range(20):
            house.heed(permit, 429)

        assert house.ask(horizon_ms=0).wait_ms <= 1000

    def test_without_limits_there_is_no_pace(self, redis):
        house = GateHouse(redis)
        house.heed(house.ask())

        assert {permit.wait_ms for permit in house.permitted(100)} == {0}
