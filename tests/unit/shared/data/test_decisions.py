import pytest

from shared.data.redis.decisions import DecisionStore
from shared.errors import NotFoundError
from shared.jobs.states import Decision
from tests.unit.shared.data.redis_house import RETENTION_S, SUCCESS

TEMPLATE = {"id": "clearer", "version": 2}


@pytest.fixture
def decide(house):
    store = DecisionStore(house.redis, house.keys)

    def note(admitted, sid, decision, owner=None):
        job = house.find(admitted)
        store.decide(job, [sid], decision, owner=owner or house.caller.owner)

    return note


@pytest.fixture
def done(house):
    admitted, lease = house.begin(about={"model": "m", "template": TEMPLATE})
    house.finish(lease, SUCCESS)
    return admitted


def tally(house):
    return house.redis.hgetall(house.partition.tally("clearer", 2))


def test_the_template_is_credited_with_the_last_word(house, done, decide):
    for sid, decision in [
        *(("sg_1", Decision.ACCEPTED), ("sg_1", Decision.ACCEPTED)),
        *(("sg_2", Decision.ACCEPTED), ("sg_2", Decision.REJECTED)),
    ]:
        decide(done, sid, decision)

    assert tally(house) == {"accepted": "1", "rejected": "1"}
    assert house.find(done).decisions == {"sg_1": "accepted", "sg_2": "rejected"}


def test_it_is_kept_as_long_as_the_result(house, done, decide):
    decide(done, "sg_1", Decision.ACCEPTED)

    kinds = (house.partition.decisions, house.partition.work)
    ends_ms, works_ms = (house.redis.pexpiretime(key(done.job_id)) for key in kinds)
    assert abs(ends_ms - works_ms) <= 1000


def test_a_decision_about_a_live_job_lives_as_long_as_it(house, decide):
    admitted, lease = house.begin()
    decide(admitted, "sg_1", Decision.ACCEPTED)
    key = house.partition.decisions(admitted.job_id)
    assert house.redis.pttl(key) == -1
    house.finish(lease, SUCCESS)

    assert house.redis.pttl(key) > 0


def test_one_about_a_job_that_left_live_work_lives_as_long_as_that_job(house, decide, clock):
    leader, _ = house.begin(mark="m")
    house.submit(mark="m")
    house.cancel(leader)
    decide(leader, "sg_1", Decision.ACCEPTED)

    left_ms = house.redis.pexpiretime(house.partition.decisions(leader.job_id)) - clock.now_ms
    assert 0 < left_ms <= RETENTION_S * 1000


def test_somebody_else_cannot_decide(house, done, decide):
    with pytest.raises(NotFoundError):
        decide(done, "sg_1", Decision.ACCEPTED, owner="somebody")
