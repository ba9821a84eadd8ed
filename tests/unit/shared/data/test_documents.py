from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from shared.data.mongo.document_versions import VersionRepository
from shared.data.mongo.documents import DocumentRepository
from shared.data.mongo.indexes import Indexes
from shared.domain.permissions import Grant, Verb
from tests.unit.shared.data.document_texts import ME, OTHER, save, words


@pytest.fixture
def documents(database):
    repository = DocumentRepository(database)
    Indexes(database).make()
    return repository


@pytest.fixture
def versions(database):
    return VersionRepository(database)


@pytest.fixture
def found(documents):
    return documents.add("doc_1", words("One"), owner=ME, why="Because")


def history(versions, document):
    """Return what each revision says, the newest one included."""
    earlier = versions.page(document, limit=200, after=0)
    told = [(one.revision, versions.find(document.id, one.revision)) for one in earlier]
    contents = [(number, version.wording.content) for number, version in told]
    return [*contents, (document.revision, document.wording.content)]


def share(documents, found, *grants, public=False):
    return documents.share(found.id, owner=found.sharing.owner, grants=grants, public=public)


class TestSave:
    def test_a_document_is_found_as_it_was_kept(self, documents, found):
        again = documents.find("doc_1", who=ME)

        assert again == found
        assert (again.revision, again.wording) == (1, words("One"))
        assert (again.saved.by, again.saved.why) == (ME, "Because")
        assert again.saved.at_ms == again.created_ms > 1_700_000_000_000

    def test_what_stood_there_is_kept(self, documents, versions, found):
        second = save(documents, found, "Two", why="Better")
        third = save(documents, second, "Three")

        assert history(versions, third) == [(1, "One"), (2, "Two"), (3, "Three")]
        assert versions.find("doc_1", 2) == second.version
        assert versions.find("doc_1", 3) is None

    def test_of_many_at_once_one_wins(self, documents, versions, found):
        with ThreadPoolExecutor(20) as pool:
            saved = list(pool.map(lambda n: save(documents, found, f"By {n}"), range(20)))
        (winner,) = [one for one in saved if one]
        stands = documents.find("doc_1", who=ME)

        assert stands == winner
        assert history(versions, stands) == [(1, "One"), (2, winner.wording.content)]

    def test_one_who_died_half_way_has_done_no_harm(self, documents, versions, found):
        versions.keep(found.version, owner=ME)  # and no more: the document is as it was
        half_done = history(versions, documents.find("doc_1", who=ME))
        after = save(documents, found, "Two")

        assert half_done == [(1, "One")]
        assert history(versions, after) == [(1, "One"), (2, "Two")]

    def test_one_who_comes_too_late_changes_nothing_of_what_was_kept(self, documents, versions):
        first = documents.add("doc_1", words("One"), owner=ME, why="")
        second = save(documents, first, "Two")

        assert save(documents, first, "Also two") is None
        assert history(versions, second) == [(1, "One"), (2, "Two")]

    def test_a_deleted_document_takes_late_words_with_it(self, documents, found, database):
        documents.bury("doc_1", owner=ME, revision=None)

        assert save(documents, found, "Late") is None
        assert database["document_versions"].count_documents({}) == 0


class TestAccess:
    @pytest.mark.parametrize("verb", [Verb.READ, Verb.SUGGEST, Verb.WRITE])
    def test_whoever_may_finds_it_and_whoever_may_write_saves_it(self, documents, found, verb):
        shared = share(documents, found, Grant(OTHER, verb))

        assert documents.find("doc_1", who=OTHER) == shared
        assert bool(save(documents, shared, "Two", who=OTHER)) is (verb is Verb.WRITE)

    def test_the_public_reads(self, documents, found):
        shared = share(documents, found, public=True)

        assert documents.find("doc_1", who=OTHER).sharing.access(OTHER) is Verb.READ
        assert save(documents, shared, "Two", who=OTHER) is None

    def test_for_others_it_is_not_there(self, documents, found):
        share(documents, found, Grant("u3", Verb.WRITE))

        assert documents.find("doc_1", who=OTHER) is None
        assert save(documents, found, "Two", who=OTHER) is None
        assert documents.archive("doc_1", owner=OTHER, archived=True) is None
        assert documents.share("doc_1", owner=OTHER, public=True) is None
        assert not documents.bury("doc_1", owner=OTHER, revision=None)

    def test_two_who_share_at_once_change_just_what_they_name(self, documents, found):
        share(documents, found, Grant(OTHER, Verb.WRITE), public=True)
        documents.share(found.id, owner=ME, public=False)
        documents.share(found.id, owner=ME, grants=[])

        assert documents.find("doc_1", who=OTHER) is None

    def test_what_was_taken_back_counts_at_once(self, documents, found):
        shared = share(documents, found, Grant(OTHER, Verb.WRITE))
        share(documents, found)

        assert save(documents, shared, "Two", who=OTHER) is None


class TestArchive:
    def test_the_revision_stays_and_the_change_is_told(self, documents, found):
        archived = documents.archive("doc_1", owner=ME, archived=True)

        assert archived == replace(found, archived=True, is_amended=True)
        assert not save(documents, archived, "Two").is_amended


class TestBury:
    def test_no_word_is_left(self, documents, found, database):
        assert documents.bury("doc_1", owner=ME, revision=1)
        (tombstone,) = database["documents"].find()

        assert documents.find("doc_1", who=ME) is None
        assert not documents.bury("doc_1", owner=ME, revision=None)
        assert "One" not in str(tombstone)
        assert {"title", "content", "tags", "terms", "grants"}.isdisjoint(tombstone)

    def test_only_at_the_revision_that_is_named(self, documents, found):
        assert not documents.bury("doc_1", owner=ME, revision=2)
        assert documents.find("doc_1", who=ME)
