import pytest

from shared.domain.search_terms import folded, matches, search_terms


class TestSearchTerms:
    def test_words_are_folded_and_stand_once(self):
        assert search_terms("Caf\u00e9 STRASSE", "Stra\u00dfe, \ufb01ne!") == (
            *("cafe", "fine", "strasse"),
        )

    def test_there_is_an_end_to_them(self):
        terms = search_terms(" ".join(f"word{n}" for n in range(900)), "x" * 500)

        assert len(terms) == 700
        assert max(map(len, terms)) <= 40

    @pytest.mark.parametrize("text", ["", " ", "!?", "\u0301"])
    def test_what_has_no_word_has_none(self, text):
        assert search_terms(text) == ()

    @pytest.mark.parametrize(
        ("asked", "text"),
        [
            ("tel", "\u2121"),
            ("abc", "\U0001d400bc"),
            ("\u0131sparta", "ISPARTA"),
            ("istanbul", "\u0130STANBUL"),
            ("\u6a21\u677f", "\u6211\u7684\u6a21\u677f"),
        ],
    )
    def test_it_is_found_however_it_is_written(self, asked, text):
        assert matches(search_terms(asked), search_terms(text))

    def test_folding_twice_changes_nothing(self):
        for text in ("\u0130stanbul", "\u1e9e", "\u03a3\u03af\u03c3\u03c5\u03c6\u03bf\u03c2"):
            assert folded(folded(text)) == folded(text)


class TestMatches:
    @pytest.mark.parametrize(
        ("asked", "is_found"),
        [("prof", True), ("to prof", True), ("prof x", False), ("fessional", False), ("", True)],
    )
    def test_each_word_begins_a_term(self, asked, is_found):
        terms = search_terms("A professional tone")

        assert matches(search_terms(asked), terms) is is_found
