import pytest

from shared.domain.guards import ProtectedText
from shared.domain.suggestions import Edit
from shared.domain.text import Span
from shared.domain.trimming import Change, trim

FLAG_F, FLAG_R = "\U0001f1eb", "\U0001f1f7"
FAMILY = "\U0001f468\u200d\U0001f467"


def cut(content, suggested, *alternatives, quote=None, protected=()):
    """Return what an edit of the whole text comes down to: old, new and alternatives."""
    edit = Edit(quote or content, suggested, alternatives=alternatives)
    text = ProtectedText(content, tuple(Span(*one) for one in protected))
    change = trim(content, Span(0, len(content)), edit, text)
    if not isinstance(change, Change):
        return change
    return (change.span.of(content), change.suggested, *change.alternatives)


class TestWhatIsShared:
    @pytest.mark.parametrize(
        ("content", "suggested", "old", "new"),
        [
            ("the big plan", "the large plan", "big", "large"),
            ("the big plan", "the bit plan", "big", "bit"),
            ("the big plan", "a big plan", "the", "a"),
            ("a big, bold plan", "a huge, brave plan", "big, bold", "huge, brave"),
            ("the big plan.", "the big scheme.", "plan", "scheme"),
            ("the big plan,", "the big plan.", ",", "."),
            ("wait...", "wait.", "...", "."),
            ("He said (softly) yes", "He said (loudly) yes", "softly", "loudly"),
            ("Le plan \u00ab grand \u00bb", "Le plan \u00ab petit \u00bb", "grand", "petit"),
            (
                "\u5927\u8ba1\u5212\u3002\u597d",
                "\u5927\u8ba1\u5212\u3002\u574f",
                "\u597d",
                "\u574f",
            ),
            ("a  b", "a\nc", "  b", "\nc"),
        ],
    )
    def test_it_is_no_part_of_the_change(self, content, suggested, old, new):
        assert cut(content, suggested) == (old, new)

    @pytest.mark.parametrize(
        ("content", "suggested"),
        [
            ("walked", "walking"),
            ("3,000", "3,500"),
            ("don't", "didn't"),
            ("well-known", "well-worn"),
            ("me@example.com", "you@example.com"),
            ("\u05e9\u05c1\u05d1", "\u05e9\u05c1\u05d2"),
            ("\u5927\u8ba1\u5212", "\u5c0f\u8ba1\u5212"),
            (f"{FLAG_F}{FLAG_R}", f"{FLAG_F}{FLAG_F}"),
            (FAMILY, FAMILY[:2] + "\U0001f469"),
            ("?\u0301", "?\u0300"),
        ],
    )
    def test_it_never_ends_within_a_word_or_a_grapheme(self, content, suggested):
        assert cut(content, suggested) == (content, suggested)

    def test_it_is_cut_where_the_quote_stands_in_the_text(self):
        edit, free = Edit("the big", "the large"), ProtectedText("", ())

        assert trim("see the big plan", Span(4, 11), edit, free) == Change(Span(8, 11), "large")

    @pytest.mark.parametrize("quote", [None, "a 'b'"])
    def test_it_may_be_all_there_is(self, quote):
        assert cut("a \u2018b\u2019", "a \u2018b\u2019", quote=quote) == "NO_CHANGE"


class TestInsertions:
    @pytest.mark.parametrize(
        ("content", "suggested", "old", "new"),
        [
            ("a big plan", "a very big plan", "big", "very big"),
            ("a plan", "a plan today", "plan", "plan today"),
            ("a plan.", "a plan today.", "plan", "plan today"),
            ("the plan", "So the plan", "the", "So the"),
            ("however we go", "however, we go", "however", "however,"),
            ('a "big" plan', 'a "very big" plan', "big", "very big"),
            ("one\n\ntwo", "one\n\nthen two", "two", "then two"),
            ("a  b", "a b", "a  ", "a "),
            ("a\nb", "a b", "a\n", "a "),
            (" ", " so ", " ", " so "),
        ],
    )
    def test_it_keeps_a_word_so_that_something_is_replaced(self, content, suggested, old, new):
        assert cut(content, suggested) == (old, new)


class TestDeletions:
    @pytest.mark.parametrize(
        ("content", "suggested", "old"),
        [
            ("a very big plan", "a big plan", "very "),
            ("a very very big plan", "a very big plan", "very "),
            ("a plan today", "a plan", " today"),
            ("a plan today.", "a plan.", " today"),
            ("So the plan", "the plan", "So "),
            ("one,\n\ntwo\n\nthree", "one,\n\nthree", "two\n\n"),
            ("a big plan", "", "a big plan"),
        ],
    )
    def test_it_takes_the_white_space_along(self, content, suggested, old):
        assert cut(content, suggested) == (old, "")


class TestAlternatives:
    @pytest.mark.parametrize(
        ("alternative", "kept"),
        [
            ("the huge plan", ("huge",)),
            ("the really huge plan", ("really huge",)),
            ("a huge plan", ()),
            ("the huge plans", ()),
            ("the plan", ()),
            ("the  huge plan", ()),
            ("the huge  plan", ()),
        ],
    )
    def test_it_keeps_those_that_share_the_ends(self, alternative, kept):
        assert cut("the big plan", "the large plan", alternative) == ("big", "large", *kept)

    def test_it_measures_them_by_what_is_replaced(self):
        assert cut("a big plan", "a very big plan", "a huge plan") == ("big", "very big", "huge")


class TestWhatIsProtected:
    @pytest.mark.parametrize(
        ("suggested", "old", "new"),
        [
            ("<b>large</b> {{n}}s", "big", "large"),
            ("<b>big</b>ger {{n}}s", "</b>", "</b>ger"),
            ("<b>big</b> {{n}}er", "s", "er"),
            ("<b>big</b> the {{n}}s", "{{n}}", "the {{n}}"),
            ("<b>so big</b> {{n}}s", "big", "so big"),
            ("<b>large</b> {{n}}er", "big</b> {{n}}s", "large</b> {{n}}er"),
            ("<i>big</b> {{n}}s", "<b>", "<i>"),
        ],
    )
    def test_it_is_cut_off_and_never_cut(self, suggested, old, new):
        content, protected = "<b>big</b> {{n}}s", [(0, 3), (6, 10), (11, 16)]

        assert cut(content, suggested, protected=protected) == (old, new)

    def test_it_is_cut_off_though_the_quote_begins_within_it(self):
        protected = ProtectedText("`some code` is big", (Span(0, 11),))
        edit = Edit("code` is big", "code` is large")

        assert trim("`some code` is big", Span(6, 18), edit, protected) == Change(
            Span(15, 18), "large"
        )

    @pytest.mark.parametrize(
        ("content", "suggested", "protected"),
        [
            ("cat{{n}} dog", "cats{{n}} fog", (3, 8)),
            ("dog {{n}}cat", "fog {{n}}scat", (4, 9)),
        ],
    )
    def test_it_ends_no_word_of_the_text_beside_it(self, content, suggested, protected):
        assert cut(content, suggested, protected=[protected]) == (content, suggested)

    def test_it_is_one_whole_with_the_mark_on_it(self):
        found = cut("{{n}}a x", "{{n}}\u0301b x", protected=[(0, 5)])

        assert found == ("{{n}}a", "{{n}}\u0301b")


class TestOtherMarksThanTheWriters:
    CONTENT, QUOTE = "\u201cIt\u2019s  a\n\nbig \u2013 one\u201d", '"It\'s a big - one"'

    @pytest.mark.parametrize(
        ("suggested", "old", "new"),
        [
            ('"It\'s a large - one"', "big", "large"),
            ('"It\'s a big - deal"', "one", "deal"),
            ('"Now it\'s a big - one"', "It\u2019s", "Now it's"),
            ('"So a big - two"', CONTENT[1:-1], "So  a\n\nbig \u2013 two"),
            ('"So a big\n- two"', CONTENT[1:-1], "So  a\n\nbig\n\u2013 two"),
        ],
    )
    def test_it_keeps_the_writers_form_of_what_is_repeated(self, suggested, old, new):
        assert cut(self.CONTENT, suggested, quote=self.QUOTE) == (old, new)

    def test_it_joins_no_paragraphs_that_were_not_seen_apart(self):
        suggested = '"Is it a large - two"'

        assert cut(self.CONTENT, suggested, quote=self.QUOTE) == "QUOTE_NOT_FOUND"
        assert cut("a\n\nb", "a b", quote="a\n\nb") == ("a\n\n", "a ")

    def test_it_leaves_out_alternatives_that_would(self):
        first, second = '"It\'s a huge - one"', '"It\'s one"'

        found = cut(self.CONTENT, '"It\'s a large - one"', first, second, quote=self.QUOTE)
        assert found == ("big", "large", "huge")
