from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from pymongo import UpdateOne

from shared.data.mongo import migrations, schemas
from shared.data.mongo.migrations import Migrations
from shared.data.mongo.schemas import Upgrade, schema_of, upgraded
from shared.errors import ConflictError

AT_ONCE = 50
MANY = 120  # more than one batch


def shout(record):
    return {"title": record["name"].upper()}


def count(record):
    return {"length": len(record["title"])}


@pytest.fixture
def steps(monkeypatch):
    """Let there be these steps and no others."""
    made = [Upgrade("things", 1, ("name",), shout), Upgrade("things", 2, ("title",), count)]
    monkeypatch.setattr(migrations, "_AT_ONCE", AT_ONCE)
    monkeypatch.setattr(migrations, "_HELD_FOR", timedelta(hours=1))
    monkeypatch.setattr(migrations, "_QUERY_S", 60.0)
    monkeypatch.setattr(schemas, "UPGRADES", made)
    monkeypatch.setattr(migrations, "UPGRADES", made)
    return made


@pytest.fixture
def things(database, steps):
    """Return records of three schemas, and of no one kind of id."""
    old = [{"_id": f"old{n}", "name": "plan"} for n in range(MANY)]
    middle = [{"_id": n, "title": "Plan", "schema": 1} for n in range(3)]
    new = [{"_id": "new", "title": "kept", "length": -1, "schema": 2}]
    database["things"].insert_many(old + middle + new)
    return database["things"]


class TestReading:
    def test_a_record_of_an_older_schema_reads_like_a_new_one(self, steps):
        new = {"name": "plan", "title": "PLAN", "length": 4, "schema": 2}

        assert upgraded("things", {"name": "plan"}) == new
        assert upgraded("things", {"title": "Plan", "schema": 1})["length"] == 4

    def test_a_record_of_today_or_of_a_later_release_stays_as_it_is(self, steps):
        record = {"title": "x", "schema": 3}

        assert upgraded("things", record) == record
        assert (schema_of("things"), schema_of("others")) == (2, 1)


class TestMigrations:
    def test_it_writes_down_what_older_records_have_become(self, database, things):
        assert Migrations(database).run()

        assert things.count_documents({"schema": 2}) == MANY + 4
        assert things.find_one("old7")["length"] == 4
        assert things.find_one(0)["length"] == 4
        assert things.find_one("new")["length"] == -1

    def test_each_step_is_taken_once(self, database, things):
        assert Migrations(database).pending() == ["things-1", "things-2"]
        Migrations(database).run()
        things.insert_one({"_id": "late", "name": "by an older release"})
        Migrations(database).run()

        assert Migrations(database).pending() == []
        assert "title" not in things.find_one("late")

    def test_it_looks_again_when_told_to(self, database, things):
        Migrations(database).run()
        things.insert_one({"_id": "late", "name": "plan"})
        Migrations(database).forget()
        Migrations(database).run()

        assert things.find_one("late") == {"_id": "late"} | upgraded("things", {"name": "plan"})

    def test_one_that_died_is_taken_up_where_it_stopped(self, database, things, monkeypatch):
        first = Migrations(database)
        renewals = iter([None, None])
        monkeypatch.setattr(first, "_renew", lambda: next(renewals))
        monkeypatch.setattr(first, "_keep_until", lambda _: None)  # its lease stays behind
        with pytest.raises((StopIteration, RuntimeError)):
            first.run()
        left = things.count_documents({"schema": None})

        assert 0 < left < MANY
        assert not Migrations(database).run()  # the dead one's lease
        database["migrations"].update_one({"_id": "lease"}, {"$set": {"until": migrations._FREE}})
        assert Migrations(database).run()
        assert things.count_documents({"schema": 2}) == MANY + 4

    def test_of_many_processes_one_takes_the_steps(self, database, things):
        with ThreadPoolExecutor(4) as pool:
            ran = list(pool.map(lambda _: Migrations(database).run(), range(4)))

        assert any(ran)
        assert things.count_documents({"schema": 2}) == MANY + 4

    def test_two_that_both_believe_to_hold_the_lease_do_no_harm(self, database, things):
        both = [Migrations(database), Migrations(database)]
        for each in both:
            each._renew = lambda: None
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda each: [each._take(step) for step in schemas.UPGRADES], both))

        assert things.find_one("old7")["title"] == "PLAN"
        assert things.count_documents({"schema": 2}) == MANY + 4

    def test_what_changes_meanwhile_is_not_overwritten(self, database, things, monkeypatch):
        once = iter([things])

        def write_first(step, record, honest=migrations._write):
            for found in once:
                found.update_one({"_id": record["_id"]}, {"$set": {"name": "newer"}})
            return honest(step, record)

        monkeypatch.setattr(migrations, "_write", write_first)
        Migrations(database).run()

        assert things.find_one({"name": "newer"})["title"] == "NEWER"

    def test_a_step_that_changes_nothing_comes_to_an_end(self, database, things, monkeypatch):
        def write_another(_step, record):
            return UpdateOne({"_id": record["_id"], "schema": "another"}, {"$set": {"schema": 1}})

        monkeypatch.setattr(migrations, "_write", write_another)
        with pytest.raises(ConflictError):
            Migrations(database).run()

        assert Migrations(database).pending() == ["things-1", "things-2"]
