from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from shared.data.mongo.drafts import DraftRepository
from shared.data.mongo.indexes import Indexes
from shared.domain.documents import Draft
from tests.unit.shared.data.document_texts import ME, OTHER

DRAFT = Draft("doc_1", ME, "Typed", title=None, base_revision=3, device="l1")


@pytest.fixture
def drafts(database):
    repository = DraftRepository(database)
    Indexes(database).make()
    return repository


def test_a_draft_is_found_as_it_was_kept(drafts):
    kept = drafts.add(DRAFT)

    assert replace(kept, saved_ms=0, revision=1) == DRAFT
    assert drafts.find("doc_1", owner=ME) == kept
    assert drafts.find("doc_1", owner=ME).content == "Typed"


def test_it_is_its_writers_own(drafts):
    drafts.add(DRAFT)

    assert drafts.find("doc_1", owner=OTHER) is None
    assert not drafts.delete("doc_1", owner=OTHER)


def test_a_first_draft_takes_no_others_place(drafts):
    drafts.add(DRAFT)

    assert drafts.add(replace(DRAFT, content="Other")) is None
    assert drafts.find("doc_1", owner=ME).content == "Typed"


def test_of_many_that_replace_it_at_once_one_wins(drafts):
    first = drafts.add(DRAFT)
    with ThreadPoolExecutor(8) as pool:
        typed = [replace(first, content=f"By {n}") for n in range(8)]
        (winner,) = filter(None, pool.map(drafts.replace, typed))

    assert winner.revision == first.revision + 1
    assert drafts.find("doc_1", owner=ME).content == winner.content


def test_a_deletion_may_name_what_it_deletes(drafts):
    first = drafts.add(DRAFT)

    assert not drafts.delete("doc_1", owner=ME, revision=first.revision + 1)
    assert drafts.delete("doc_1", owner=ME, revision=first.revision)
    assert drafts.find("doc_1", owner=ME) is None
