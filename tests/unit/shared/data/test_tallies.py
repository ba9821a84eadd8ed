import pytest

from shared.data.redis.client import connect
from shared.data.redis.decisions import DecisionStore
from shared.data.redis.keys import KeySpace
from shared.data.redis.tallies import Tally, TemplateTallies
from shared.domain.stored_templates import TemplateReference
from shared.errors import StoreUnavailableError
from shared.jobs.states import Decision
from tests.unit.shared.data.redis_house import SUCCESS


def test_it_reads_what_was_decided(house):
    about = {"model": "m", "template": {"id": "clearer", "version": 2}}
    admitted, lease = house.begin(about=about)
    house.finish(lease, SUCCESS)
    store, job = DecisionStore(house.redis, house.keys), house.find(admitted)
    for sid, decision in [
        ("sg_1", Decision.ACCEPTED),
        ("sg_2", Decision.ACCEPTED),
        ("sg_3", Decision.REJECTED),
    ]:
        store.decide(job, [sid], decision, owner=house.caller.owner)

    found = TemplateTallies(house.redis, house.keys).read("clearer", [1, 2])
    assert found == {1: Tally(), 2: Tally(2, 1)}


def test_it_adds_up_the_partitions(redis):
    keys = KeySpace(5)
    for n, partition in enumerate(keys):
        redis.hset(partition.tally("clearer", 1), mapping={"accepted": n, "rejected": 1})

    assert TemplateTallies(redis, keys).read("clearer", [1]) == {1: Tally(10, 5)}


def test_no_versions_have_no_tallies(redis):
    assert TemplateTallies(redis, KeySpace(2)).read("clearer", []) == {}


def test_those_of_a_deleted_template_go(redis):
    keys = KeySpace(2)
    for partition in keys:
        for template_id in ("t", "other"):
            redis.hset(partition.tally(template_id, 1), "accepted", 1)
            redis.hset(partition.tally(template_id, 2), "accepted", 1)
    TemplateTallies(redis, keys).let_go(TemplateReference("t", 2))

    month_s = 30 * 24 * 3600
    lives_s = [redis.ttl(p.tally("t", version)) for p in keys for version in (1, 2)]
    assert all(month_s - 60 < each <= month_s for each in lives_s)
    assert [redis.ttl(p.tally("other", 1)) for p in keys] == [-1, -1]


def test_without_redis_that_is_said():
    nobody = connect("redis://127.0.0.1:1/0", timeout_s=0.2)

    with pytest.raises(StoreUnavailableError):
        TemplateTallies(nobody, KeySpace(1)).read("clearer", [1])
