from concurrent.futures import ThreadPoolExecutor

import pytest
from pymongo.errors import AutoReconnect

from shared.data.cached_records import cached_records
from shared.data.mongo.documents import DocumentRepository
from shared.data.redis.client import connect
from shared.data.redis.keys import KeySpace
from shared.data.redis.record_cache import CacheServers
from shared.domain.permissions import Grant, Verb
from shared.errors import StoreUnavailableError
from tests.unit.shared.data.document_texts import ME, OTHER, save, words

READERS = ME, OTHER, "u" + "3" * 32, "u" + "4" * 32
STRANGER, NEW = READERS[2:]
MINE = "doc_1"
WRITERS = {
    "save": lambda to: save(to.documents, to.found, "Two", who=OTHER),
    "archive": lambda to: to.documents.archive(MINE, owner=ME, archived=True),
    "share": lambda to: to.documents.share(MINE, owner=ME, public=True),
    "delete": lambda to: to.documents.bury(MINE, owner=ME, revision=None),
    "the owner's erasure": lambda to: to.document_upkeep.erase_owner(ME),
    "a guest's erasure": lambda to: to.document_upkeep.erase_owner(OTHER),
    "the owner's promotion": lambda to: to.document_upkeep.move_owner(ME, NEW),
    "a guest's promotion": lambda to: to.document_upkeep.move_owner(OTHER, NEW),
}


def nobody():
    return connect("redis://127.0.0.1:1/0", timeout_s=0.1)


def records_on(database, jobs, cache):
    return cached_records(database, CacheServers(jobs, cache, are_one=jobs is cache), KeySpace(3))


@pytest.fixture
def records(database, redis):
    return records_on(database, redis, redis)


@pytest.fixture
def shared(records):
    """A document that another one may write, and that everybody has asked for."""
    records.documents.add(MINE, words("One", tags=["a"]), owner=ME, why="Because")
    records.documents.share(MINE, owner=ME, grants=[Grant(OTHER, Verb.WRITE)])
    told(records.documents)
    return records


def told(documents):
    return [documents.metadata(MINE, who=who) for who in READERS]


class Changes:
    """What a writer works with."""

    def __init__(self, records):
        self.documents, self.document_upkeep = records.documents, records.document_upkeep
        self.found = records.documents.find(MINE, who=ME)


class TestMetadata:
    def test_it_is_the_document_without_its_content(self, shared):
        found = shared.documents.find(MINE, who=OTHER)
        known = shared.documents.metadata(MINE, who=OTHER)

        assert known.wording == words("", tags=["a"])
        assert (known.id, known.sharing, known.saved) == (found.id, found.sharing, found.saved)
        assert known == DocumentRepository.metadata(shared.documents, MINE, who=OTHER)

    def test_mongodb_is_asked_once_for_each_reader(self, shared, database, redis):
        database["documents"].delete_many({})

        assert [known is not None for known in told(shared.documents)] == [True, True, False, False]
        assert not any("One" in redis.get(key) for key in redis.keys("cd:*cached:*"))

    @pytest.mark.parametrize("writer", WRITERS)
    def test_no_writer_leaves_anybody_with_what_was_before(self, shared, database, writer):
        before = told(shared.documents)
        WRITERS[writer](Changes(shared))
        after = told(shared.documents)

        assert after != before
        assert after == told(DocumentRepository(database))

    def test_a_save_that_comes_too_late_tells_nothing_new(self, shared):
        found = shared.documents.find(MINE, who=ME)
        save(shared.documents, found, "Two")

        assert save(shared.documents, found, "Three") is None
        assert shared.documents.metadata(MINE, who=ME).revision == 2

    def test_nobody_is_told_less_than_what_was_saved(self, shared):
        last = [1]

        def read(_):
            least = last[0]
            return shared.documents.metadata(MINE, who=OTHER).revision >= least

        with ThreadPoolExecutor(4) as pool:
            reads = pool.map(read, range(200))
            for number in range(20):
                found = shared.documents.find(MINE, who=ME)
                last[0] = save(shared.documents, found, f"Text {number}").revision

        assert all(reads)
        assert shared.documents.metadata(MINE, who=OTHER).revision == 21

    def test_without_a_cache_it_is_read(self, shared, database, redis):
        alone = records_on(database, redis, nobody())
        save(alone.documents, alone.documents.find(MINE, who=ME), "Two")

        assert told(alone.documents) == told(DocumentRepository(database))

    def test_without_generations_it_is_read_and_not_changed(self, shared, database):
        alone = records_on(database, nobody(), nobody())
        for change in (WRITERS["save"], WRITERS["the owner's erasure"]):
            with pytest.raises(StoreUnavailableError):
                change(Changes(alone))

        assert alone.documents.metadata(MINE, who=ME) == shared.documents.metadata(MINE, who=ME)

    def test_a_change_that_was_not_answered_may_be_done_after_all(self, shared, database):
        """What went out and timed out here reaches MongoDB later than the next reader."""
        late = {"$set": {"archived": True, "amended": True}}
        shared.documents._documents = Late(database["documents"])
        with pytest.raises(StoreUnavailableError):
            shared.documents.archive(MINE, owner=ME, archived=True)
        shared.documents._documents = database["documents"]
        told(shared.documents)
        database["documents"].update_one({"_id": MINE}, late)

        assert shared.documents.metadata(MINE, who=ME).archived


class Late:
    """A collection whose answers are lost."""

    def __init__(self, real):
        self.database = real.database

    def update_one(self, *_, **__):
        raise AutoReconnect("no answer")
