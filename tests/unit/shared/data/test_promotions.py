from datetime import UTC, datetime, timedelta

import pytest

from shared.data.cached_records import cached_records
from shared.data.mongo.documents import DocumentRepository
from shared.data.mongo.promotions import PROMOTIONS, PromotionRepository
from shared.data.mongo.users import UserRepository
from shared.data.promotions import promotions
from shared.data.redis.job_moves import JobMoves
from shared.data.redis.record_cache import CacheServers
from shared.data.usage_owners import usage_owners
from shared.domain.accounts import Role, User
from shared.domain.documents import Wording
from shared.errors import StoreUnavailableError
from tests.unit.shared.data.redis_house import POLICY, SUCCESS
from workers.services.bookkeeping import Bookkeeper

PAST = datetime(2000, 1, 1, tzinfo=UTC)


def a_user(user_id):
    return User(user_id, f"{user_id}@x.test", f"{user_id}@x.test", "", "", Role.USER, PAST)


class Town:
    """A session with a job, and two users, over real stores."""

    def __init__(self, house, database):
        self.house, self.database = house, database
        self.records = PromotionRepository(database)
        self.users = UserRepository(database)
        servers = CacheServers(house.redis, house.redis, are_one=True)
        records = cached_records(database, servers, house.keys)
        self.promotions = promotions(
            records,
            database,
            house.redis,
            house.keys,
            POLICY,
        )
        self.session = house.caller.owner
        self.job_id = house.submit().job_id
        for user_id in ("1", "2"):
            self.users.add(a_user(user_id))

    def owner(self):
        """Return whose the job is."""
        return self.house.redis.hget(self.house.partition.job(self.job_id), "owner")

    def record(self):
        return self.database[PROMOTIONS].find_one()

    def wait(self):
        """Let the time come at which somebody looks again."""
        waiting = {"due_at": {"$exists": True}}
        self.database[PROMOTIONS].update_many(waiting, {"$set": {"due_at": PAST}})


@pytest.fixture
def town(house, database):
    return Town(house, database)


class TestBegin:
    def test_it_ends_the_session_before_anything_moves(self, town):
        begun = town.promotions.begin(town.session, "1")

        assert (begun.old, begun.new) == (town.session, "u1")
        assert not town.promotions.jobs.is_alive(town.session)
        assert town.owner() == town.session

    def test_a_session_becomes_one_user_only(self, town):
        first = town.promotions.begin(town.session, "1")

        assert town.promotions.begin(town.session, "2") is None
        assert town.promotions.begin(town.session, "1") == first

    def test_of_two_at_once_the_first_that_is_written_down_wins(self, town):
        town.records.begin(town.session, "u2")  # and the session is alive yet

        assert town.promotions.begin(town.session, "1") is None
        assert town.promotions.jobs.is_alive(town.session)

    def test_a_session_that_never_was_is_passed_over(self, town):
        assert town.promotions.begin("s" + "0" * 32, "1") is None
        assert town.record() is None

    def test_a_user_who_is_being_deleted_gets_nothing(self, town):
        town.users.begin_deleting("1")

        assert town.promotions.begin(town.session, "1") is None
        assert town.record() is None
        assert town.promotions.jobs.is_alive(town.session)


class TestTakeUp:
    @pytest.mark.parametrize("ends_session", [False, True])
    def test_what_was_left_half_done_is_finished(self, town, ends_session):
        if ends_session:
            town.promotions.begin(town.session, "1")
        else:
            town.records.begin(town.session, "u1")
        is_at_it = not town.promotions.take_up()
        town.wait()

        assert is_at_it
        assert town.promotions.take_up()
        assert town.owner() == "u1"
        assert not town.promotions.jobs.is_alive(town.session)

    def test_it_looks_again_a_few_times_and_then_no_more(self, town):
        town.promotions.go_on(town.promotions.begin(town.session, "1"))
        rounds = 0
        while town.record()["done_at"] is None:
            assert not town.promotions.take_up()
            town.wait()
            assert town.promotions.take_up()
            rounds += 1
        town.wait()

        assert rounds == 3
        assert not town.promotions.take_up()

    def test_what_was_written_late_moves_then(self, town):
        town.promotions.go_on(town.promotions.begin(town.session, "1"))
        late = Wording("Late", "")
        DocumentRepository(town.database).add("doc_1", late, owner=town.session, why="")
        town.wait()
        town.promotions.take_up()

        assert town.database["documents"].find_one()["owner"] == "u1"

    def test_one_that_fails_keeps_no_other_waiting(self, town, monkeypatch):
        for session in (town.session, town.house.enter().owner):
            town.records.begin(session, "u1")
        town.wait()
        monkeypatch.setattr(JobMoves, "move", _fail)
        with pytest.raises(StoreUnavailableError):
            town.promotions.take_up()
        monkeypatch.undo()

        assert town.promotions.take_up()
        assert not town.promotions.take_up()

    def test_a_user_who_is_gone_gets_nothing(self, town):
        town.records.begin(town.session, "u3")
        town.wait()

        assert town.promotions.take_up()
        assert (town.record(), town.owner()) == (None, town.session)


class TestUsage:
    def test_what_was_used_before_and_after_is_the_users(self, town):
        leases = [town.house.begin()[1] for _ in range(2)]
        town.house.finish(leases[0], SUCCESS)
        town.promotions.go_on(town.promotions.begin(town.session, "1"))
        town.house.finish(leases[1], SUCCESS)
        day = town.house.redis.time()[0] // (24 * 3600)
        keys = [town.house.partition.usage(owner, day) for owner in (town.session, "u1")]
        before, after = (town.house.redis.hgetall(key) for key in keys)

        assert before["owner"] == "u1"
        assert [each["jobs:suggestion:complete"] for each in (before, after)] == ["1", "1"]

    @pytest.mark.parametrize("is_finished", [True, False])
    def test_nothing_of_it_comes_back_once_the_user_is_gone(self, town, is_finished):
        town.house.finish(town.house.begin()[1], SUCCESS)
        begun = town.promotions.begin(town.session, "1")
        if is_finished:
            town.promotions.go_on(begun)
            town.records.finish(begun)
        town.promotions.settle("u1")
        usage = usage_owners(town.database, town.house.redis, town.house.keys)
        usage.erase("u1")

        assert Bookkeeper(usage, UserRepository(town.database)).copy() == 0
        assert usage.days.of_owner("u1", 0, 99_999) == []


class TestSettle:
    def test_all_is_the_users_before_it_is_deleted(self, town):
        town.promotions.begin(town.session, "1")
        town.users.begin_deleting("1")
        town.promotions.settle("u1")

        assert town.owner() == "u1"
        assert town.record()["done_at"] > datetime.now(UTC) - timedelta(minutes=1)


def _fail(*_):
    raise StoreUnavailableError("away")
