"""An account ends, with all that it owns."""

from datetime import UTC, datetime, timedelta

import pytest
from pymongo import MongoClient

from shared.data.mongo.users import UserRepository
from shared.data.redis.client import connect
from tests.account_client import PASSWORD, bearer
from tests.chat_client import chat
from tests.stack import until
from tests.stack_client import order, some_text


@pytest.fixture
def database(stack):
    with MongoClient(str(stack.settings.mongo_uri), tz_aware=True) as client:
        yield client.get_default_database("copydesk")


@pytest.fixture
def redis(stack):
    with connect(str(stack.settings.redis_uri), timeout_s=5) as client:
        yield client


def records_of(database, person):
    """Return all that is kept of this person, but for the tombstones of conversations."""
    owner = {"owner": f"u{person.user['id']}", "deleted_at": None}
    return [r for name in database.list_collection_names() for r in database[name].find(owner)]


def keys_of(redis, person):
    """Return the keys that name this person, by kind."""
    return {key.split(":")[2] for key in redis.scan_iter(f"*u{person.user['id']}*")}


class TestLeave:
    def test_it_needs_the_password(self, person):
        assert person.leave("not the password").status_code == 403
        assert person.http.delete("/api/v1/auth/me").status_code == 415

        assert person.is_in()

    def test_it_ends_everything_at_once(self, person, new_person, stack):
        other = new_person(person.email)
        other.log_in()
        answer = person.leave()

        assert (answer.status_code, answer.content) == (204, b"")
        assert not person.is_in()
        assert bearer(stack.url, other.tokens["access_token"]).status_code == 401
        assert other.refresh().status_code == 401
        assert other.log_in().status_code == 401

    def test_nothing_is_left(self, person, database, redis, model):
        job_id = person.finish(order(some_text()))["id"]
        chat(person, "Is it good?")
        assert records_of(database, person)
        person.leave()
        # Where it takes long, the answer does not wait for all of it.
        until(lambda: not records_of(database, person), lambda: records_of(database, person))
        kept = {"denied", "bucket"}
        until(lambda: keys_of(redis, person) <= kept, lambda: keys_of(redis, person))

        assert all(-1 != redis.pttl(key) <= 10_000 for key in redis.scan_iter(f"*{job_id}*"))

    def test_a_job_that_runs_is_stopped_and_deleted(self, person, database, redis, model):
        text = some_text()
        job_id, hold = person.begin_held(model, text)
        person.leave()
        until(lambda: not redis.keys(f"*:job:{job_id}"), lambda: "it is there")
        until(lambda: not records_of(database, person), lambda: records_of(database, person))
        hold.set()

        assert all(-1 != redis.pttl(key) <= 10_000 for key in redis.scan_iter(f"*{job_id}*"))

    def test_the_address_is_free_again_for_somebody_new(self, person, new_person):
        person.leave()
        again = new_person(person.email).register()

        assert again.user["id"] != person.user["id"]
        assert again.is_in()


class TestWhatWasBeingWritten:
    def test_a_document_that_comes_after_the_end_goes_too(self, person, database, stack):
        user_id = person.user["id"]
        person.leave()
        late = {"_id": f"doc_{user_id}", "owner": f"u{user_id}", "content": "Late"}
        database["documents"].insert_one(late)
        long_ago = datetime.now(UTC) - timedelta(minutes=15)
        times = {"$set": {"deleting_at": long_ago, "freed_at": long_ago}}
        database["users"].update_one({"_id": user_id}, times)

        until(lambda: not records_of(database, person), stack.logs)
        until(lambda: not database["users"].find_one({"_id": user_id}), stack.logs)

    def test_meanwhile_nothing_personal_is_kept(self, person, database):
        person.leave()
        (left,) = database["users"].find({"_id": person.user["id"]})

        assert {person.email, person.user["name"]}.isdisjoint(left.values())
        assert "password" not in left


class TestHalfDone:
    @pytest.fixture
    def left(self, person, database):
        """Return a person whose deletion began, in a process that died at once."""
        chat(person, "Is it good?")
        assert UserRepository(database).begin_deleting(person.user["id"])
        return person

    def let_time_pass(self, database, person):
        long_ago = {"deleting_at": datetime.now(UTC) - timedelta(minutes=1)}
        database["users"].update_one({"_id": person.user["id"]}, {"$set": long_ago})

    def test_nobody_gets_in_any_more(self, left):
        assert left.log_in().status_code == 401
        assert left.refresh().status_code == 401
        assert left.me().status_code == 401

    def test_the_address_is_not_given_away_before_the_end(self, left):
        answer = left.ask("register", email=left.email, password=PASSWORD)

        assert answer.status_code == 409

    def test_the_housekeeper_brings_it_to_its_end(self, left, database, stack):
        self.let_time_pass(database, left)

        until(lambda: not records_of(database, left), stack.logs)
        assert not left.is_in()
