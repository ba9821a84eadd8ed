from dataclasses import dataclass, field

import pymongo
import pytest
from pymongo import _csot
from structlog.testing import capture_logs

from shared.data.erasures import AccountErasures
from shared.domain.identity import user_owner
from shared.errors import StoreUnavailableError
from workers.services.housekeeper import Housekeeper


@dataclass
class Users:
    """Knows whose deletion has begun, and forgets them."""

    leaving: list = field(default_factory=lambda: ["1", "2"])
    steps: list = field(default_factory=list)

    def begin_deleting(self, user_id):
        self.steps.append("marked")
        return user_id in self.leaving

    def left_deleting(self, *, for_s, limit):
        return list(self.leaving)

    def delete(self, user_id):
        self.leaving.remove(user_id)


@dataclass
class Revocations:
    steps: list

    def end_account(self, owner):
        self.steps.append(f"ended {owner}")


@pytest.fixture
def users():
    return Users()


@dataclass
class Promotions:
    """Has so many that somebody has left."""

    left: int = 0

    def take_up(self):
        self.left -= 1
        return self.left >= 0


class Abandonments:
    """Finds nothing."""

    def look_on(self):
        return 0


@dataclass
class Upkeep:
    """Counts how often it was asked to finish deletions."""

    asked: int = 0
    is_away: bool = False

    def finish_deletions(self):
        self.asked += 1
        if self.is_away:
            raise StoreUnavailableError("away")


def housekeeper(users, *erasers, promotions=None, documents=None):
    erasures = AccountErasures(users, Revocations(users.steps), erasers)
    of_each = documents or Upkeep(), Upkeep()
    return Housekeeper(erasures, promotions or Promotions(), Abandonments(), *of_each)


def away(_owner):
    raise StoreUnavailableError("away")


class TestTidy:
    def test_it_ends_what_was_begun(self, users):
        erased = []
        housekeeper(users, lambda owner: erased.append(owner) or True).tidy()

        assert erased == [user_owner("1"), user_owner("2")]
        assert users.leaving == []

    def test_it_finishes_what_is_left_of_documents_and_templates(self, users):
        keeper = housekeeper(users)
        keeper.tidy()

        assert (keeper.documents.asked, keeper.templates.asked) == (1, 1)

    def test_it_denies_before_it_deletes(self, users):
        housekeeper(users, lambda owner: users.steps.append(f"erased {owner}") or True).tidy()

        assert users.steps[:2] == ["ended u1", "erased u1"]

    def test_whoever_has_something_left_stays_and_all_else_goes(self, users):
        asked = []
        keeper = housekeeper(users, lambda _: False, lambda owner: asked.append(owner) or True)
        keeper.tidy()

        assert users.leaving == ["1", "2"]
        assert asked == [user_owner("1"), user_owner("2")]

    def test_a_store_that_is_away_is_left_to_the_next_round(self, users):
        with capture_logs() as logs:
            housekeeper(users, away).tidy()

        assert [line["event"] for line in logs] == ["tidying_put_off"]
        assert users.leaving == ["1", "2"]

    def test_deletions_that_broke_off_are_finished_now_and_then(self, users):
        documents = Upkeep(is_away=True)
        keeper = housekeeper(users, documents=documents)
        keeper.tidy()
        documents.is_away = False
        for _ in range(5):
            keeper.tidy()

        assert documents.asked == 2

    def test_one_account_that_breaks_keeps_nothing_else_from_being_done(self, users):
        documents = Upkeep()
        with capture_logs() as logs:
            housekeeper(users, lambda owner: 1 / (owner != "u1"), documents=documents).tidy()

        assert [line["event"] for line in logs] == ["erasure_broke", "erasure_went_on"]
        assert (users.leaving, documents.asked) == (["1"], 1)

    @pytest.mark.parametrize(("left", "then"), [(0, -1), (3, -1), (30, 10)])
    def test_it_takes_up_promotions_but_not_without_end(self, users, left, then):
        promotions = Promotions(left)
        housekeeper(users, promotions=promotions).tidy()

        assert promotions.left == then

    def test_whoever_waits_for_it_says_how_long(self, users):
        left_s = []

        def erase(_owner):
            with pymongo.timeout(60):
                left_s.append(_csot.remaining())
            return True

        housekeeper(users, erase).erasures.go_on("1", within_s=2)

        assert left_s[0] <= 2

    def test_to_begin_marks_the_user_first(self, users):
        housekeeper(users).erasures.begin("1")

        assert users.steps == ["marked", "ended u1"]

    def test_nobody_is_ended_who_is_not_there(self, users):
        housekeeper(users).erasures.begin("3")

        assert users.steps == ["marked"]
