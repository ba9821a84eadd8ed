import pytest

from shared.domain.identity import Tier
from shared.domain.limits import Rate, Service
from shared.errors import IdempotencyMismatchError, RateLimitedError, UnauthenticatedError
from shared.jobs.records import Idempotency
from tests.unit.shared.data.redis_house import PLENTY, dead_caller

ONE = Rate(Tier.ANONYMOUS, Service.SUGGESTIONS, 1)


@pytest.fixture
def replay(house):
    """Return a function that looks for what a request came to."""

    def look(key="key", body="digest", *, caller=None, rate=PLENTY):
        earlier = Idempotency("suggestions", key, body)
        return house.admission.replay(caller or house.caller, earlier, rate)

    return look


def test_it_is_what_the_same_request_came_to(house, replay):
    first = house.submit_under("key")
    found = replay()

    assert (found.verdict, found.job_id) == ("replayed", first.job_id)
    assert found.allowance.remaining == first.allowance.remaining - 1


def test_of_what_never_came_there_is_none_and_it_costs_nothing(house, replay):
    house.submit_under("key")
    bucket = house.redis.keys("*bucket:*")[0]
    before = house.redis.hgetall(bucket)

    assert replay("other") is None
    assert replay(caller=house.enter("192.0.2.2")) is None
    assert before == house.redis.hgetall(bucket)


def test_it_refuses_as_admission_does(house, replay):
    house.submit_under("key")
    with pytest.raises(IdempotencyMismatchError):
        replay(body="another")
    with pytest.raises(UnauthenticatedError):
        replay(caller=dead_caller())
    house.submit(rate=ONE)
    with pytest.raises(RateLimitedError):
        replay(rate=ONE)
