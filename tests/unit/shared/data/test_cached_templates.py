from dataclasses import replace

import pytest

from shared.data.cached_records import cached_records
from shared.data.mongo.own_templates import Change, OwnTemplateRepository
from shared.data.redis.keys import KeySpace
from shared.data.redis.record_cache import CacheServers
from shared.errors import RevisionConflictError
from tests.unit.shared.data.own_templates import ME, YOU, TemplateHouse, some_text

PARTS = None, 1, 2, 3
WRITERS = {
    "change": lambda to, it: to.own.change(it, Change(said("Three")), owner=ME),
    "delete": lambda to, it: to.estates.delete(it, owner=ME),
    "erasure": lambda to, _: to.estates.erase_owner(ME),
    "promotion": lambda to, _: to.estates.move_owner(ME, YOU),
}


def said(instruction):
    return some_text(instruction=instruction, parameters={"n": {"type": "integer", "maximum": 3}})


@pytest.fixture
def house(database):
    return TemplateHouse(database)


@pytest.fixture
def stores(house, redis):
    servers = CacheServers(redis, redis, are_one=True)
    return cached_records(house.database, servers, KeySpace(3)).templates


@pytest.fixture
def it(house, stores):
    """A template of two versions, in all of which everybody has asked for it."""
    made = house.create(text=said("One"))
    stores.own.change(made, Change(said("Two")), owner=ME)
    told(stores.own, made)
    return made


def told(own, it):
    return {
        (who, part): own.find(it, owner=who) if part is None else own.version(it, part, owner=who)
        for who in (ME, YOU)
        for part in PARTS
    }


class TestTemplates:
    def test_mongodb_is_asked_once_for_each_version(self, house, stores, it):
        before = told(OwnTemplateRepository(house.database), it)
        for name in ("templates", "template_versions"):
            house.database[name].delete_many({})

        assert told(stores.own, it) == before
        assert before[ME, 1].template == replace(
            before[ME, 2].template, **vars(said("One")), version=1
        )
        assert {who for (who, _), found in before.items() if found} == {ME}

    @pytest.mark.parametrize("writer", WRITERS)
    def test_no_writer_leaves_anybody_with_what_was_before(self, house, stores, it, writer):
        before = told(stores.own, it)
        WRITERS[writer](stores, it)
        after = told(stores.own, it)

        assert after != before
        assert after == told(OwnTemplateRepository(house.database), it)

    def test_a_change_that_is_refused_changes_nothing(self, stores, it):
        with pytest.raises(RevisionConflictError):
            stores.own.change(it, Change(said("Three"), {1}), owner=ME)
        with pytest.raises(RevisionConflictError):
            stores.estates.delete(it, owner=ME, expected={1})

        assert stores.own.find(it, owner=ME).template.instruction == "Two"
