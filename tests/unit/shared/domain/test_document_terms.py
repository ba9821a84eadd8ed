import pytest

from shared.domain.documents import (
    LONGEST_TITLE,
    Change,
    Wording,
    conflict_copy,
    search_terms,
)
from shared.domain.search_terms import search_words
from shared.domain.text import TextFormat


class TestSearchTerms:
    @pytest.mark.parametrize(
        "query", ["dra", "DRAFT", "kafe", "Kaf\u00e9", "final dr", "2026", "\u65e5\u672c"]
    )
    def test_each_word_is_found_by_its_beginning(self, query):
        terms = search_terms("Final draft: Kaf\u00e9 2026", ["\u65e5\u672c\u8a9e"])

        assert set(search_words(query)) <= set(terms)

    @pytest.mark.parametrize("query", ["tel", "abc", "\u0131sparta", "isparta"])
    def test_it_is_found_however_it_is_written(self, query):
        terms = search_terms("\u2121 \U0001d400bc ISPARTA", [])

        assert set(search_words(query)) <= set(terms)

    @pytest.mark.parametrize("query", ["raft", "tea", "drafty", "\u8a9e\u6587"])
    def test_what_no_word_begins_with_is_not_found(self, query):
        terms = search_terms("Final draft", ["\u65e5\u672c\u8a9e"])

        assert not set(search_words(query)) <= set(terms)

    def test_a_word_beyond_measure_is_found_by_its_beginning(self):
        assert search_words("x" * 100)[0] in search_terms("x" * 90, [])


class TestChange:
    def test_what_is_not_named_stays(self):
        stands = Wording("Title", "Old", TextFormat.MARKDOWN, ("a",))

        assert Change("New").of(stands) == Wording("Title", "New", TextFormat.MARKDOWN, ("a",))
        assert Change("Old", tags=()).of(stands).tags == ()


class TestConflictCopy:
    def test_its_title_tells_why_there_are_two(self):
        copy = conflict_copy(Wording("Plan", "Words", tags=("a",)), 1_763_856_000_000)

        assert copy.title == "Plan (conflict copy 2025-11-23 00:00:00 UTC)"
        assert (copy.content, copy.tags) == ("Words", ("a",))

    def test_its_title_is_never_too_long(self):
        copy = conflict_copy(Wording("x" * LONGEST_TITLE, ""), 0)

        assert len(copy.title) == LONGEST_TITLE
        assert copy.title.endswith("UTC)")
