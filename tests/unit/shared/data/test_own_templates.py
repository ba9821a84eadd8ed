from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from shared.data.mongo import own_templates
from shared.data.mongo.own_templates import Change
from shared.data.mongo.templates import TemplateRepository
from shared.domain.prompt_templates import system_templates
from shared.domain.stored_templates import TemplateFilter, TemplateReference
from shared.errors import ConflictError, RevisionConflictError
from tests.unit.shared.data.own_templates import ME, YOU, TemplateHouse, some_text

ALL = TemplateFilter()


@pytest.fixture
def house(database):
    return TemplateHouse(database)


def listed(house, wanted=ALL, owner=ME, **page):
    found = house.own.page(owner, wanted, **{"limit": 1000} | page)
    return [each.template.id for each in found]


class TestVersions:
    def test_a_template_is_given_as_it_was_made(self, house):
        template_id = house.create(text=some_text())
        found = house.own.find(template_id, owner=ME)

        assert (found.template.id, found.template.version) == (template_id, 1)
        assert {name: getattr(found.template, name) for name in vars(some_text())} == vars(
            some_text()
        )
        assert (found.is_system, found.created_ms, found.changed_ms) == (False, 1000, 1000)

    def test_each_change_is_a_version_and_none_is_ever_changed(self, house):
        template_id = house.create(text=some_text(instruction="v1"))
        for said in ("v2", "v3"):
            house.change(template_id, said)

        assert house.told(template_id) == {1: "v1", 2: "v2", 3: "v3"}
        for version in (1, 2, 3):
            found = house.own.version(template_id, version, owner=ME)
            assert found.template.instruction == f"v{version}"
        assert house.own.version(template_id, 4, owner=ME) is None

    def test_what_stands_already_is_none_and_no_conflict(self, house):
        template_id = house.create(text=some_text(instruction="v1"))
        changed = house.change(template_id, "v2", expected={1})

        assert house.change(template_id, "v2", expected={1}) == changed
        assert house.told(template_id) == {1: "v1", 2: "v2"}

    def test_they_come_page_by_page(self, house):
        template_id = house.create()
        for n in range(4):
            house.change(template_id, str(n))
        pages = [
            house.own.versions(template_id, owner=ME, after=after, limit=2) for after in (0, 2, 4)
        ]

        assert [[each.template.version for each in page] for page in pages] == [[1, 2], [3, 4], [5]]

    def test_changes_at_once_are_all_kept_and_dense(self, house):
        template_id = house.create(text=some_text(instruction="0"))
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda n: house.change(template_id, str(n)), range(1, 25)))
        told = house.told(template_id)

        assert list(told) == list(range(1, 26))
        assert sorted(map(int, told.values())) == list(range(25))

    def test_of_those_that_expect_the_same_version_one_wins(self, house):
        template_id = house.create()

        def change(n):
            try:
                return house.change(template_id, f"mine {n}", expected={1})
            except RevisionConflictError:
                return None

        with ThreadPoolExecutor(8) as pool:
            won = [changed for changed in pool.map(change, range(8)) if changed]
        assert [each.template.version for each in won] == [2]
        assert house.told(template_id)[2] == won[0].template.instruction

    def test_a_change_that_died_half_way_has_changed_nothing(self, house):
        template_id = house.create(text=some_text(instruction="v1"))
        house.own._keep(house.own._find(template_id, ME))  # and here the process died

        assert house.told(template_id) == {1: "v1"}
        house.change(template_id, "v2")
        assert house.told(template_id) == {1: "v1", 2: "v2"}

    def test_there_is_an_end_to_them(self, house):
        template_id = house.create()
        house.database["templates"].update_one({"_id": template_id}, {"$set": {"version": 1000}})

        with pytest.raises(ConflictError):
            house.change(template_id, "one more")


class TestOwners:
    def test_somebody_elses_looks_like_none(self, house):
        template_id = house.create()
        house.change(template_id, "v2")

        assert house.own.find(template_id, owner=YOU) is None
        assert house.own.version(template_id, 1, owner=YOU) is None
        assert house.told(template_id, owner=YOU) is None
        assert house.change(template_id, "forged", owner=YOU) is None
        assert listed(house, owner=YOU) == []

    @pytest.mark.parametrize("owner", [ME, "system"])
    def test_the_systems_are_nobodys(self, house, owner):
        assert house.own.find("clearer", owner=owner) is None
        assert house.own.change("clearer", Change(some_text()), owner=owner) is None

    def test_the_systems_list_holds_nobody_elses(self, house):
        house.create()
        house.create(owner=YOU)

        newest = TemplateRepository(house.database).newest()
        assert newest == list(system_templates())

    def test_no_race_gets_an_owner_past_the_limit(self, house, monkeypatch):
        monkeypatch.setattr(own_templates, "MOST_TEMPLATES", 8)
        for _ in range(5):
            house.create()

        def create(_):
            try:
                return house.create()
            except ConflictError:
                return None

        with ThreadPoolExecutor(8) as pool:
            made = [one for one in pool.map(create, range(12)) if one]
        assert len(made) == 3
        assert len(listed(house)) == 8
        house.create(owner=YOU)


class TestPage:
    def test_the_newest_come_first_page_by_page(self, house):
        ids = [house.create() for _ in range(5)]
        house.create(owner=YOU)
        first = listed(house, limit=3)

        assert first == ids[:1:-1]
        assert listed(house, limit=3, before=first[-1]) == ids[1::-1]

    def test_it_finds_by_words_and_category_of_the_newest_version_alone(self, house):
        calmer = house.create()
        other = house.create(text=replace(some_text(), name="\u00c9l\u00e9gant", category="Style"))

        assert listed(house, TemplateFilter.of(None, "ELEG")) == [other]
        assert listed(house, TemplateFilter.of("style", None)) == [other]
        assert listed(house, TemplateFilter.of("tone", "heat calm")) == [calmer]
        assert listed(house, TemplateFilter.of("tone", "eleg")) == []
        house.own.change(other, Change(replace(some_text(), name="Plain")), owner=ME)
        assert listed(house, TemplateFilter.of(None, "elegant")) == []

    def test_what_it_was_forked_from_is_kept(self, house):
        template_id = house.create()
        source = {"id": "clearer", "version": 2}
        house.database["templates"].update_one(
            {"_id": template_id}, {"$set": {"forked_from": source}}
        )
        house.change(template_id, "v2")

        forked = house.own.find(template_id, owner=ME).forked_from
        assert forked == TemplateReference("clearer", 2)
