from datetime import timedelta

import pytest

from shared.data.mongo import document_upkeep
from shared.data.mongo.document_upkeep import DocumentUpkeep
from shared.data.mongo.document_versions import VersionRepository
from shared.data.mongo.documents import DocumentRepository
from shared.data.mongo.drafts import DraftRepository
from shared.data.mongo.indexes import Indexes
from shared.domain.documents import DocumentFilter, Draft
from shared.domain.permissions import Grant, Verb
from tests.unit.shared.data.document_texts import ME, OTHER, save, words


@pytest.fixture
def documents(database):
    """Return a repository with two documents of mine and one of the other's; each was saved."""
    repository, drafts = DocumentRepository(database), DraftRepository(database)
    Indexes(database).make()
    for name, owner, other in (("doc_1", ME, OTHER), ("doc_2", ME, OTHER), ("doc_3", OTHER, ME)):
        found = repository.add(name, words("Secret one"), owner=owner, why="")
        save(repository, found, "Secret two")
        repository.share(name, owner=owner, grants=[Grant(other, Verb.WRITE)])
        drafts.add(a_draft(name, ME))
    return repository


@pytest.fixture
def upkeep(database):
    return DocumentUpkeep(database)


def a_draft(document_id, owner, content="Secret draft"):
    return Draft(document_id, owner, content, title=None, base_revision=2, device="")


def stored(database, **query):
    names = ("documents", "document_versions", "drafts")
    return [record for name in names for record in database[name].find(query)]


class TestErase:
    def test_nothing_of_the_owners_is_left(self, documents, upkeep, database):
        upkeep.erase_owner(ME)
        left = stored(database)

        assert {one.get("document_id", one["_id"]) for one in left if "Secret" in str(one)} == {
            "doc_3"
        }
        assert stored(database, owner=ME, deleted_at=None) == []
        assert documents.find("doc_3", who=OTHER).sharing.grants == ()

    def test_what_broke_off_is_taken_up_again(self, documents, upkeep, database):
        documents.bury("doc_1", owner=ME, revision=None)
        upkeep.erase_owner(ME)
        upkeep.erase_owner(ME)

        assert database["document_versions"].count_documents({}) == 1


class TestFinish:
    @pytest.fixture(autouse=True)
    def late(self, monkeypatch):
        # MongoDB keeps milliseconds: what was done in this one is not yet over.
        monkeypatch.setattr(document_upkeep, "_LATE", timedelta(minutes=-1))

    def test_the_words_of_a_buried_document_go(self, documents, upkeep, database):
        documents.bury("doc_1", owner=ME, revision=None)
        upkeep.finish_deletions()

        assert stored(database, document_id="doc_1") == []
        assert len(stored(database, document_id="doc_2")) == 2

    def test_words_that_come_late_go_too_and_then_no_more_is_asked(
        self, documents, upkeep, database
    ):
        was_open = documents.find("doc_1", who=ME)
        documents.bury("doc_1", owner=ME, revision=None)
        upkeep.purge("doc_1")
        VersionRepository(database).keep(was_open.version, owner=ME)
        DraftRepository(database).add(a_draft("doc_1", OTHER))
        upkeep.finish_deletions()

        assert stored(database, document_id="doc_1") == []
        assert stored(database, words_left=True) == []

    def test_who_is_writing_yet_is_waited_for(self, documents, upkeep, database, monkeypatch):
        monkeypatch.setattr(document_upkeep, "_LATE", timedelta(minutes=1))
        documents.bury("doc_1", owner=ME, revision=None)
        upkeep.finish_deletions()

        assert len(stored(database, words_left=True)) == 1


class TestMove:
    NEW = "u" + "9" * 32

    def test_all_of_it_changes_hands(self, documents, upkeep, database):
        upkeep.move_owner(ME, self.NEW)
        moved = documents.find("doc_1", who=self.NEW)
        listed = documents.page(DocumentFilter(self.NEW), limit=9)

        assert [one.id for one in listed] == ["doc_2", "doc_1"]
        assert (moved.saved.by, moved.sharing.access(OTHER)) == (self.NEW, Verb.WRITE)
        assert documents.find("doc_3", who=self.NEW).sharing.access(self.NEW) is Verb.WRITE
        assert DraftRepository(database).find("doc_3", owner=self.NEW).content == "Secret draft"
        assert ME not in str(stored(database))

    def test_a_second_time_changes_nothing(self, documents, upkeep, database):
        upkeep.move_owner(ME, self.NEW)
        before = stored(database)
        upkeep.move_owner(ME, self.NEW)

        assert stored(database) == before

    def test_two_drafts_of_one_document_both_stay(self, documents, upkeep, database):
        DraftRepository(database).add(a_draft("doc_1", OTHER, "Their own"))
        for _ in range(2):
            upkeep.move_owner(ME, OTHER)
        copy = next(iter(documents.page(DocumentFilter(OTHER, words=("conflict",)), limit=9)))

        assert DraftRepository(database).find("doc_1", owner=OTHER).content == "Their own"
        assert documents.find(copy.id, who=OTHER).wording.content == "Secret draft"
        assert documents.find("doc_1", who=OTHER).sharing.grants == ()
