import pytest

from shared.domain.search_terms import beginnings, folded, matches, search_words


class TestSearchWords:
    def test_words_are_folded_and_stand_once(self):
        assert search_words("Caf\u00e9 STRASSE", "Stra\u00dfe, \ufb01ne!") == (
            *("cafe", "strasse", "fine"),
        )

    def test_signs_that_stand_without_spaces_are_words_each(self):
        assert search_words("\u65e5\u672c GmbH") == ("\u65e5", "\u672c", "gmbh")

    def test_vowel_signs_belong_to_their_word(self):
        assert search_words("\u0915\u0941\u0932") != search_words("\u0915\u0932")

    def test_a_word_has_an_end(self):
        assert search_words("x" * 500) == ("x" * 16,)

    @pytest.mark.parametrize("text", ["", " ", "!?", "\u0301"])
    def test_what_has_no_word_has_none(self, text):
        assert search_words(text) == ()

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
        assert matches(search_words(asked), search_words(text))

    def test_folding_twice_changes_nothing(self):
        for text in ("\u0130stanbul", "\u1e9e", "\u03a3\u03af\u03c3\u03c5\u03c6\u03bf\u03c2"):
            assert folded(folded(text)) == folded(text)


class TestMatches:
    @pytest.mark.parametrize(
        ("asked", "is_found"),
        [("prof", True), ("to prof", True), ("prof x", False), ("fessional", False), ("", True)],
    )
    def test_each_word_begins_a_term(self, asked, is_found):
        words = search_words("A professional tone")

        assert matches(search_words(asked), words) is is_found


class TestBeginnings:
    def test_they_are_whole_at_their_longest(self):
        assert beginnings(("ab", "ac")) == {"a", "ab", "ac"}
