from concurrent.futures import ThreadPoolExecutor

import pytest

from shared.data.redis.denials import ACCESS_TOKEN_S, DenialStore
from shared.data.redis.guesses import PasswordGuesses
from shared.domain.identity import Caller, Credential, Tier, bare_address
from shared.domain.limits import Rate, Service
from shared.errors import RateLimitedError, UnauthenticatedError
from shared.jobs.states import Status
from tests.unit.shared.data.redis_house import PLENTY

OWNER, LOGIN, OTHER = "u" + "1" * 32, "a" * 32, "b" * 32


def user(login_id=LOGIN, address="192.0.2.1", tier=Tier.USER):
    return Caller(
        owner=OWNER,
        tier=tier,
        credential=Credential.BEARER,
        address=address,
        user_id=OWNER[1:],
        login_id=login_id,
        issued_ms=1_800_000_000_000,
    )


@pytest.fixture
def denials(redis, house):
    return DenialStore(redis, house.keys)


class TestDeny:
    def test_a_login_that_was_not_ended_comes_in(self, house):
        assert house.gate.enter(user(), PLENTY).remaining == PLENTY.limit - 1

    def test_one_that_was_ended_does_not_and_the_others_do(self, house, denials):
        denials.deny(OWNER, [LOGIN])

        with pytest.raises(UnauthenticatedError):
            house.gate.enter(user(), PLENTY)
        house.gate.enter(user(OTHER), PLENTY)

    def test_it_submits_nothing_either_and_leaves_no_trace(self, house, denials, redis):
        denials.deny(OWNER, [LOGIN])
        before = set(redis.scan_iter())

        with pytest.raises(UnauthenticatedError):
            house.submit(user())
        assert set(redis.scan_iter()) == before

    def test_one_that_stands_submits(self, house):
        assert house.find(house.submit(user()), user()).status is Status.QUEUED

    def test_of_a_whole_account_none_comes_in(self, house, denials):
        denials.deny_all(OWNER)

        for login_id in (LOGIN, OTHER):
            with pytest.raises(UnauthenticatedError):
                house.gate.enter(user(login_id), PLENTY)

    def test_it_is_kept_as_long_as_a_token_may_be_shown(self, denials, redis, house):
        denials.deny(OWNER, [LOGIN])
        denials.deny(OWNER, [OTHER])
        key = house.partition.denied(OWNER)

        assert redis.hlen(key) == 2
        assert ACCESS_TOKEN_S * 1000 < redis.pttl(key) <= (ACCESS_TOKEN_S + 300) * 1000

    def test_nothing_is_written_for_nobody(self, denials, redis):
        before = set(redis.scan_iter())
        denials.deny(OWNER, [])

        assert set(redis.scan_iter()) == before


class TestBuckets:
    def test_a_user_counts_alone_wherever_they_are(self, house):
        two = Rate(Tier.USER, Service.READS, 2)
        for address in ("192.0.2.1", "192.0.2.2"):
            house.gate.enter(user(address=address), two)

        with pytest.raises(RateLimitedError):
            house.gate.enter(user(address="192.0.2.3"), two)

    def test_what_concerns_passwords_counts_by_the_address(self, house):
        one = Rate(Tier.USER, Service.AUTH, 1)
        house.gate.enter(user(), one)

        with pytest.raises(RateLimitedError):
            house.gate.enter(bare_address("192.0.2.1"), one)
        house.gate.enter(bare_address("192.0.2.2"), one)

    def test_one_of_whom_nothing_is_known_leaves_no_session(self, house, redis):
        before = set(redis.scan_iter("*session*"))
        house.gate.enter(bare_address("192.0.2.9"), PLENTY)

        assert set(redis.scan_iter("*session*")) == before


class TestGuesses:
    @pytest.fixture
    def guesses(self, redis, house):
        return PasswordGuesses(redis, house.keys, scale=1)

    def test_of_many_at_once_ten_are_taken(self, guesses):
        def guess(number):
            try:
                guesses.spend("ada@example.com", f"192.0.2.{number}")
            except RateLimitedError:
                return 0
            return 1

        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(guess, range(40))) == 10

    def test_the_wait_is_told(self, guesses):
        for _ in range(10):
            guesses.spend("ada@example.com", "192.0.2.1")
        with pytest.raises(RateLimitedError) as refusal:
            guesses.spend("ada@example.com", "192.0.2.1")

        assert 50_000 < refusal.value.retry_after_ms <= 60_000

    def test_a_familiar_address_has_a_bucket_of_its_own(self, guesses):
        guesses.trust("ada@example.com", "192.0.2.1")
        for _ in range(10):
            guesses.spend("ada@example.com", "192.0.2.2")

        guesses.spend("ada@example.com", "192.0.2.1")

    def test_no_key_shows_whose_it_is(self, guesses, redis):
        guesses.spend("ada@example.com", "192.0.2.1")
        guesses.trust("ada@example.com", "192.0.2.1")

        assert not [key for key in redis.scan_iter() if "ada" in key]
