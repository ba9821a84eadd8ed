from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from shared.data.abandonments import abandonments
from shared.data.cached_records import cached_records
from shared.data.mongo.chat_turns import TurnRepository
from shared.data.mongo.documents import DocumentRepository
from shared.data.mongo.drafts import DraftRepository
from shared.data.mongo.promotions import PromotionRepository
from shared.data.mongo.session_estates import KINDS, SessionEstates
from shared.data.redis.record_cache import CacheServers
from shared.domain.documents import Draft
from shared.domain.permissions import Grant, Verb
from tests.unit.shared.data.chat_texts import a_turn
from tests.unit.shared.data.document_texts import words
from tests.unit.shared.data.own_templates import TemplateHouse

WEEK_S = 7 * 24 * 3600
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
DEAD, USER = "s" + "d" * 32, "u" + "0" * 32


class Attic:
    """What people have in MongoDB, and who looks after it."""

    def __init__(self, house, database):
        self.house, self.database = house, database
        self.documents = DocumentRepository(database)
        self.templates = TemplateHouse(database)
        servers = CacheServers(house.redis, house.redis, are_one=True)
        records = cached_records(database, servers, house.keys)
        self.upkeep = abandonments(
            records,
            database,
            house.redis,
            house.keys,
            WEEK_S,
        )
        self.upkeep.watch.known_for_s()
        self.know_since(WEEK_S + 60)

    def know_since(self, seconds):
        key = self.house.partition.watched
        self.house.redis.set(key, self.house.redis.time()[0] - seconds)

    def fill(self, owner):
        """Give them one of each kind."""
        document_id = f"doc_{owner}"
        self.documents.add(document_id, words("Words"), owner=owner, why="")
        DraftRepository(self.database).add(Draft(document_id, owner, "W", None, 1, ""))
        turn = replace(a_turn(owner=owner), conversation_id=f"conv_{owner}")
        unique = "01900000" + owner[:8]
        turn = replace(turn, question_id=f"msg_{unique}q", answer_id=f"msg_{unique}r")
        TurnRepository(self.database).add_question(turn)
        self.templates.create(owner)

    def age(self):
        for kind, moment in (
            *(("documents", "saved_at"), ("drafts", "saved_at")),
            *(("templates", "changed_at"), ("conversations", "created_at")),
        ):
            self.database[kind].update_many({}, {"$set": {moment: LONG_AGO}})

    def kinds_of(self, owner):
        alive = {"owner": owner, "deleted_at": None}
        return {kind for kind in KINDS if self.database[kind].count_documents(alive)}

    def look_at_all(self):
        """Make one whole pass."""
        return sum(self.upkeep.look_on() for _ in range(20))


@pytest.fixture
def attic(house, database):
    found = Attic(house, database)
    for owner in (DEAD, house.caller.owner, USER):
        found.fill(owner)
    found.age()
    return found


def test_what_a_dead_session_has_left_goes_and_nothing_else(attic):
    assert attic.look_at_all() == 1
    assert attic.kinds_of(DEAD) == set()
    assert attic.kinds_of(attic.house.caller.owner) == set(KINDS)
    assert attic.kinds_of(USER) == set(KINDS)
    assert attic.database["templates"].count_documents({"system": True}) > 0


def test_a_redis_that_has_lost_its_data_deletes_nothing(attic):
    attic.house.redis.delete(attic.house.partition.watched)

    assert attic.look_at_all() == 0
    attic.know_since(WEEK_S - 60)
    assert attic.look_at_all() == 0
    assert attic.kinds_of(DEAD) == set(KINDS)


@pytest.mark.parametrize(
    ("kind", "moment"),
    [
        ("documents", "saved_at"),
        ("drafts", "saved_at"),
        ("templates", "changed_at"),
        ("conversations", "created_at"),
    ],
)
def test_what_was_written_to_lately_keeps_all(attic, kind, moment):
    lately = datetime.now(UTC) - timedelta(seconds=WEEK_S - 60)
    attic.database[kind].update_many({"owner": DEAD}, {"$set": {moment: lately}})

    assert attic.look_at_all() == 0
    assert attic.kinds_of(DEAD) == set(KINDS)


def test_a_message_that_was_said_lately_does_too(attic):
    now_ms = int(datetime.now(UTC).timestamp() * 1000)
    late = a_turn(owner=DEAD)
    late = replace(late, conversation_id=f"conv_{DEAD}", question_id=f"msg_{now_ms:012x}7q")
    TurnRepository(attic.database).add_question(replace(late, is_first=False))

    assert attic.look_at_all() == 0


def test_what_is_shared_by_name_stays(attic):
    attic.documents.share(f"doc_{DEAD}", owner=DEAD, grants=[Grant(USER, Verb.WRITE)])

    assert attic.look_at_all() == 0


def test_what_is_on_its_way_to_a_user_is_left_alone(attic):
    PromotionRepository(attic.database).begin(DEAD, USER)

    assert attic.look_at_all() == 0


def test_it_goes_through_many_in_turn_and_rests(attic, monkeypatch):
    monkeypatch.setattr("shared.data.abandonments._RECORDS_AT_ONCE", 2)
    owners = ["s" + f"{n:032x}" for n in range(5)]
    for owner in owners:
        attic.documents.add(f"doc_{owner}", words("Words"), owner=owner, why="")
    attic.age()

    assert attic.upkeep.look_on() == 2
    assert sum(attic.upkeep.look_on() for _ in range(30)) == 4
    assert [attic.kinds_of(owner) for owner in owners] == [set()] * 5


def test_the_owners_of_system_things_are_no_sessions(attic):
    estates = SessionEstates(attic.database)

    assert estates.owners("templates", after="", limit=99) == sorted(
        [DEAD, attic.house.caller.owner]
    )
