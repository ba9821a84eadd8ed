from concurrent.futures import ThreadPoolExecutor

import pytest

from shared.data.mongo import own_templates
from shared.data.redis.keys import KeySpace
from shared.data.redis.tallies import TemplateTallies
from shared.data.template_erasures import TemplateEraser
from shared.domain.stored_templates import TemplateFilter, TemplateReference
from shared.errors import ConflictError, RevisionConflictError, StoreUnavailableError
from tests.unit.shared.data.own_templates import ME, YOU, TemplateHouse


@pytest.fixture
def house(database):
    return TemplateHouse(database)


@pytest.fixture
def few(monkeypatch):
    """Let there be no more than a few templates, and return how many."""
    monkeypatch.setattr(own_templates, "MOST_TEMPLATES", 5)
    return 5


@pytest.fixture
def changed(house):
    """Return the id of a template in three versions."""
    template_id = house.create()
    for said in ("v2", "v3"):
        house.change(template_id, said)
    return template_id


class BrokenError(StoreUnavailableError):
    """The process ends here."""


def break_at(monkeypatch, house, step):
    def fall(*_, **__):
        raise BrokenError("away")

    monkeypatch.setattr(type(house.estates), step, fall)


class TestDelete:
    def test_nothing_that_was_said_is_left(self, house, changed):
        deleted = house.estates.delete(changed, owner=ME)

        assert deleted == TemplateReference(changed, 3)
        assert house.told(changed) is None
        assert house.own.version(changed, 1, owner=ME) is None
        assert house.words() == []
        assert house.estates.delete(changed, owner=ME) is None

    def test_somebody_elses_and_the_systems_stay(self, house, changed):
        assert house.estates.delete(changed, owner=YOU) is None
        assert house.estates.delete("clearer", owner="system") is None
        assert len(house.told(changed)) == 3

    @pytest.mark.parametrize("expected", [{2}, set()])
    def test_it_may_expect_a_version(self, house, changed, expected):
        with pytest.raises(RevisionConflictError):
            house.estates.delete(changed, owner=ME, expected=frozenset(expected))

        assert len(house.told(changed)) == 3
        assert house.estates.delete(changed, owner=ME, expected=frozenset({3}))

    def test_broken_off_it_is_gone_and_the_next_try_finishes(self, house, changed, monkeypatch):
        with monkeypatch.context() as broken:
            break_at(broken, house, "_blank")
            with pytest.raises(BrokenError):
                house.estates.delete(changed, owner=ME)

        assert house.told(changed) is None
        assert house.words()
        assert house.estates.delete(changed, owner=ME) is None
        assert house.words() == []

    def test_no_change_under_way_brings_anything_back(self, house, changed):
        stands = house.own._find(changed, ME)
        house.estates.delete(changed, owner=ME)
        house.own._keep(stands)  # as one would that had read it before

        assert house.words() == []

    def test_changes_and_a_deletion_at_once_leave_nothing(self, house, changed):
        with ThreadPoolExecutor(8) as pool:
            changes = [pool.submit(house.change, changed, str(n)) for n in range(20)]
            pool.submit(house.estates.delete, changed, owner=ME).result()
            for change in changes:
                change.result()

        assert house.told(changed) is None
        assert house.words() == []

    def test_it_makes_room(self, house, few):
        ids = [house.create() for _ in range(few)]
        with pytest.raises(ConflictError):
            house.create()
        house.estates.delete(ids[2], owner=ME)

        assert house.create()


class TestEraseOwner:
    def test_all_of_it_goes_and_nothing_else(self, house, changed):
        mine, yours = house.create(), house.create(owner=YOU)
        gone = house.estates.erase_owner(ME)

        assert set(gone) == {TemplateReference(changed, 3), TemplateReference(mine, 1)}
        assert [record["_id"] for record in house.words()] == [yours]

    def test_broken_off_it_may_begin_again(self, house, changed, monkeypatch):
        house.create()
        with monkeypatch.context() as broken:
            break_at(broken, house, "_blank")
            with pytest.raises(BrokenError):
                house.estates.erase_owner(ME)
        house.estates.erase_owner(ME)

        assert house.words() == []

    def test_what_was_counted_goes_with_it(self, house, changed, redis):
        keys = KeySpace(1)
        counted = next(iter(keys)).tally(changed, 2)
        redis.hset(counted, "accepted", 1)
        eraser = TemplateEraser(house.estates, TemplateTallies(redis, keys))

        assert eraser.erase(ME)
        assert eraser.erase(ME)
        assert house.words() == []
        assert redis.ttl(counted) > 0


class TestFinish:
    def test_a_deletion_that_broke_off_is_brought_to_its_end(
        self, house, changed, redis, monkeypatch
    ):
        counted = next(iter(KeySpace(1))).tally(changed, 2)
        redis.hset(counted, "accepted", 1)
        with monkeypatch.context() as broken:
            break_at(broken, house, "_blank")
            with pytest.raises(BrokenError):
                house.estates.delete(changed, owner=ME)
        assert house.words() != []
        TemplateEraser(house.estates, TemplateTallies(redis, KeySpace(1))).finish_deletions()

        assert house.words() == house.estates.half_deleted() == []
        assert redis.ttl(counted) > 0


class TestMoveOwner:
    def test_all_of_it_is_the_others_then(self, house, changed):
        yours, deleted = house.create(owner=YOU), house.create()
        house.estates.delete(deleted, owner=ME)
        house.estates.move_owner(ME, YOU)

        assert house.told(changed) is None
        assert len(house.told(changed, owner=YOU)) == 3
        page = house.own.page(YOU, TemplateFilter(), limit=9)
        assert [each.template.id for each in page] == [yours, changed]
        for name in ("templates", "template_versions"):
            assert house.database[name].count_documents({"owner": ME}) == 0

    def test_broken_off_it_may_begin_again(self, house, changed, monkeypatch):
        house.create()
        with monkeypatch.context() as broken:
            break_at(broken, house, "_move")
            with pytest.raises(BrokenError):
                house.estates.move_owner(ME, YOU)
        house.estates.move_owner(ME, YOU)

        assert house.own.page(ME, TemplateFilter(), limit=9) == []
        assert len(house.told(changed, owner=YOU)) == 3

    def test_a_version_kept_late_is_still_the_others(self, house, changed):
        stands = house.own._find(changed, ME)
        house.estates.move_owner(ME, YOU)
        house.own._keep(stands)
        house.change(changed, "v4", owner=YOU)

        assert list(house.told(changed, owner=YOU)) == [1, 2, 3, 4]

    def test_more_than_there_may_be_are_kept_but_no_more_can_be_made(self, house, few):
        for owner in (ME, YOU):
            for _ in range(few - 1):
                house.create(owner=owner)
        house.estates.move_owner(ME, YOU)

        listed = house.own.page(YOU, TemplateFilter(), limit=1000)
        assert len(listed) == 2 * few - 2
        with pytest.raises(ConflictError):
            house.create(owner=YOU)
