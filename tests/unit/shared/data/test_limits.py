from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from shared.domain.identity import Credential, Tier, new_caller
from shared.domain.limits import Rate, Service
from shared.errors import RateLimitedError, UnauthenticatedError
from tests.unit.shared.data.redis_house import dead_caller

TWENTY = Rate(Tier.ANONYMOUS, Service.READS, 20)
FAST = Rate(Tier.ANONYMOUS, Service.READS, 60_000)  # a token each millisecond


def known(house):
    return house.enter(address="198.51.100.7")


class TestEnter:
    def test_a_burst_is_granted_and_then_refused(self, house):
        caller = known(house)
        left = [house.gate.enter(caller, TWENTY).remaining for _ in range(20)]

        assert left == list(range(19, -1, -1))
        with pytest.raises(RateLimitedError) as refusal:
            house.gate.enter(caller, TWENTY)
        assert 0 < refusal.value.retry_after_ms <= 3000
        assert refusal.value.allowance.remaining == 0

    def test_tokens_come_back(self, house):
        caller = known(house)
        for _ in range(100):
            allowance = house.gate.enter(caller, FAST)

        assert allowance.remaining > FAST.limit - 100

    def test_two_sessions_share_an_address(self, house):
        one, other = known(house), known(house)
        for _ in range(20):
            house.gate.enter(one, TWENTY)

        with pytest.raises(RateLimitedError):
            house.gate.enter(other, TWENTY)
        house.gate.enter(replace(other, address="203.0.113.9"), TWENTY)

    def test_services_have_buckets_of_their_own(self, house):
        caller = known(house)
        for _ in range(20):
            house.gate.enter(caller, TWENTY)

        assert house.gate.enter(caller, replace(TWENTY, service=Service.CHAT)).remaining == 19

    def test_a_new_session_is_known_from_then_on(self, house):
        fresh = new_caller("192.0.2.44")
        house.gate.enter(fresh, TWENTY)

        house.gate.enter(replace(fresh, credential=Credential.COOKIE), TWENTY)

    def test_an_unknown_session_is_refused_and_costs_nothing(self, house):
        before = sorted(house.redis.keys())
        with pytest.raises(UnauthenticatedError):
            house.gate.enter(dead_caller(), TWENTY)

        assert sorted(house.redis.keys()) == before

    def test_exactly_as_many_come_in_as_there_are_tokens(self, house):
        caller = known(house)

        def ask(_):
            try:
                return house.gate.enter(caller, TWENTY).remaining >= 0
            except RateLimitedError:
                return False

        with ThreadPoolExecutor(32) as pool:
            granted = sum(pool.map(ask, range(200)))

        assert 20 <= granted <= 25  # a token comes back every 3 s


class TestLook:
    def test_it_takes_nothing(self, house):
        caller = known(house)
        house.gate.enter(caller, TWENTY)
        looks = [house.gate.look(caller, [TWENTY])[0].remaining for _ in range(3)]

        assert looks == [19, 19, 19]

    def test_an_untouched_bucket_is_full(self, house):
        (chat,) = house.gate.look(known(house), [replace(TWENTY, service=Service.CHAT)])

        assert (chat.remaining, chat.reset_ms) == (20, 0)
