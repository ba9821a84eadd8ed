from shared.domain.folding import FoldedText
from shared.domain.text import Span, fold


class TestFoldedText:
    def test_it_takes_marks_and_white_space_as_typed(self):
        text = "\u201cit\u2019s\u00a0\r\n 3\u20134\u201d"

        assert fold(text) == '"it\'s 3-4"'

    def test_it_unfolds_to_the_real_stretch(self):
        text = "  one \n\n two\u00a0\u00a0three "
        folded = FoldedText(text)
        at = folded.text.index("two three")

        assert folded.unfold(Span(at, at + 9)).of(text) == "two\u00a0\u00a0three"
        assert folded.unfold(Span(0, len(folded.text))) == Span(0, len(text))

    def test_it_folds_only_what_lies_within(self):
        folded = FoldedText("a   b   c")

        assert folded.fold(Span(0, 9)).of(folded.text) == "a b c"
        assert folded.fold(Span(2, 6)).of(folded.text) == "b"
        assert folded.fold(Span(2, 3)).of(folded.text) == ""
