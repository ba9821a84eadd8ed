import pytest

from shared.data.mongo.documents import DocumentRepository
from shared.data.mongo.indexes import Indexes
from shared.domain.documents import DocumentFilter
from shared.domain.permissions import Grant, Verb
from shared.domain.search_terms import search_words
from tests.unit.shared.data.document_texts import ME, OTHER, save, words

TITLES = ("Draft of a letter", "Letter to Ren\u00e9e", "Shopping", "Drafting a plan")


@pytest.fixture
def documents(database):
    repository = DocumentRepository(database)
    Indexes(database).make()
    for number, title in enumerate(TITLES):
        wording = words(title=title, tags=("even",) if number % 2 == 0 else ("odd", "Home"))
        repository.add(f"doc_{number}", wording, owner=ME, why="")
    return repository


def ids(documents, *, words="", who=ME, limit=9, before=None, **wanted):
    searched = DocumentFilter(who, words=search_words(words), **wanted)
    return [one.id for one in documents.page(searched, limit=limit, before=before)]


class TestPage:
    def test_they_come_newest_first_without_their_content(self, documents):
        first, *_ = documents.page(DocumentFilter(ME), limit=1)

        assert ids(documents) == ["doc_3", "doc_2", "doc_1", "doc_0"]
        assert (first.wording.title, first.wording.content) == (TITLES[3], "")

    def test_pages_skip_nothing_while_documents_change_and_go(self, documents):
        page = ids(documents, limit=2)
        save(documents, documents.find("doc_1", who=ME), "Changed")
        documents.bury(page[-1], owner=ME, revision=None)
        documents.add("doc_9", words(), owner=ME, why="")

        assert page + ids(documents, limit=9, before=page[-1]) == [f"doc_{n}" for n in (3, 2, 1, 0)]

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("dra", [3, 0]),
            ("LETTER", [1, 0]),
            ("let re", [1]),
            ("renee", [1]),
            ("hom", [3, 1]),
            ("raft", []),
            (".*", [3, 2, 1, 0]),
        ],
    )
    def test_words_are_found_by_their_beginning(self, documents, query, found):
        assert ids(documents, words=query) == [f"doc_{number}" for number in found]

    def test_a_tag_is_found_as_it_is(self, documents):
        assert ids(documents, tag="even") == ["doc_2", "doc_0"]
        assert ids(documents, tag="eve") == []

    def test_archived_ones_are_asked_for(self, documents):
        documents.archive("doc_2", owner=ME, archived=True)

        assert ids(documents) == ["doc_3", "doc_1", "doc_0"]
        assert ids(documents, archived=True) == ["doc_2"]
        assert ids(documents, archived=None, tag="even") == ["doc_2", "doc_0"]

    def test_what_others_share_is_a_list_of_its_own(self, documents):
        documents.share("doc_1", owner=ME, grants=[Grant(OTHER, Verb.READ)])

        assert ids(documents, who=OTHER) == []
        assert ids(documents, who=OTHER, shared=True) == ["doc_1"]
        assert ids(documents, shared=True) == []
