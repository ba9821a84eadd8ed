from dataclasses import dataclass, replace

import pytest

from shared.data.mongo.template_stores import TemplateStores
from shared.data.redis.tallies import Tally
from shared.domain.identity import Tier
from shared.domain.prompt_templates import system_templates
from shared.domain.stored_templates import StoredTemplate, TemplateReference
from shared.errors import ForbiddenError, NotFoundError
from web.services.template_desk import TemplateDesk

MINE = f"tpl_{7:032x}"


@dataclass(frozen=True)
class SomeCaller:
    owner: str
    tier: Tier


class FakeCatalogue:
    """The system's templates in version 2, and one of `me` in version 3."""

    def system(self):
        return list(system_templates())

    def find(self, template_id, *, owner, version=None):
        first = system_templates()[0]
        if (template_id, owner) == (MINE, "me"):
            return StoredTemplate(replace(first, id=MINE, version=3), False)
        return StoredTemplate(replace(first, version=2)) if template_id == first.id else None


class FakeTallies:
    """Each version was accepted as often as its number says."""

    def __init__(self):
        self.gone = []

    def read(self, _, versions):
        return {version: Tally(version, 1) for version in versions}

    def let_go(self, template):
        self.gone.append(template)


class FakeEstates:
    def delete(self, template_id, *, owner, expected):
        return TemplateReference(template_id, 3) if owner == "me" else None


@pytest.fixture
def tallies():
    return FakeTallies()


@pytest.fixture
def desk(tallies):
    stores = TemplateStores(None, None, FakeEstates())
    return TemplateDesk(FakeCatalogue(), stores, tallies, lambda: "x")


def shown(desk, template_id, tier, *, owner="me", after=0, limit=50):
    found = desk.performance(template_id, SomeCaller(owner, tier), after=after, limit=limit)
    return [version for version, _ in found]


class TestPerformance:
    def test_admins_see_how_the_systems_templates_do(self, desk):
        assert shown(desk, "academic", Tier.ADMIN) == [1, 2]

    @pytest.mark.parametrize("tier", [Tier.ANONYMOUS, Tier.USER])
    def test_nobody_else_does(self, desk, tier):
        with pytest.raises(ForbiddenError):
            shown(desk, "academic", tier)

    @pytest.mark.parametrize("tier", Tier)
    def test_the_owner_sees_their_own_and_no_admin_anybody_elses(self, desk, tier):
        assert shown(desk, MINE, tier) == [1, 2, 3]
        with pytest.raises(NotFoundError):
            shown(desk, MINE, tier, owner="somebody")

    def test_a_page_begins_behind_the_last_one(self, desk):
        assert shown(desk, MINE, Tier.USER, limit=2) == [1, 2]
        assert shown(desk, MINE, Tier.USER, after=2) == [3]
        assert shown(desk, MINE, Tier.USER, after=9) == []


class TestDelete:
    def test_what_was_counted_goes_too_in_time(self, desk, tallies):
        desk.delete(MINE, owner="me", expected=None)

        assert tallies.gone == [TemplateReference(MINE, 3)]

    def test_of_somebody_elses_nothing_goes(self, desk, tallies):
        with pytest.raises(NotFoundError):
            desk.delete(MINE, owner="somebody", expected=None)

        assert tallies.gone == []
