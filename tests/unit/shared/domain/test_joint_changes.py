import pytest

from shared.domain.guards import Guards, markup_judge
from shared.domain.positions import Placer
from shared.domain.protection import breaks_markup, protected_spans, surroundings
from shared.domain.suggestions import DropReason, Edit, Suggestion
from shared.domain.text import Span, TextFormat

MARKDOWN, TEXT = TextFormat.MARKDOWN, TextFormat.TEXT


def placed(text, form, *edits):
    """Place the edits as a request of this format would have them placed."""

    def breaks(span, suggested):
        return breaks_markup(span.of(text), suggested, form, *surroundings(text, span))

    judge = markup_judge(breaks)
    guards = Guards(protected_spans(text, form), [judge], [judge])
    placer = Placer(text, Span(0, len(text)), 20, guards)
    return [placer.place(edit) for edit in edits]


class TestWhatIsPlacedBesideAnother:
    @pytest.mark.parametrize(
        ("form", "text", "one", "other"),
        [
            (MARKDOWN, "Title\nbar baz", ("bar ", ""), ("baz", "===")),
            (MARKDOWN, "Title\nbar baz", ("baz", "==="), ("bar ", "")),
            (MARKDOWN, "2 * big plan * 4", ("* big", "*big"), ("plan *", "plan*")),
            (TEXT, "see (name) there", ("(name", "{name"), ("name)", "name}")),
        ],
    )
    def test_it_drops_what_would_make_markup_with_another_suggestion(self, form, text, one, other):
        first, second = placed(text, form, Edit(*one), Edit(*other))

        assert isinstance(first, Suggestion)
        assert second is DropReason.PROTECTED

    def test_it_counts_in_what_the_writer_may_choose_instead(self):
        first = Edit("(name", "[name", alternatives=("{name",))

        assert placed("see (name) there", TEXT, first, Edit("name)", "name}"))[1] == "PROTECTED"

    def test_it_leaves_out_an_alternative_that_would(self):
        second = Edit("name)", "name]", alternatives=("name}",))
        suggestion = placed("see (name) there", TEXT, Edit("(name", "{name"), second)[1]

        assert suggestion.alternatives == ()

    def test_it_looks_at_three_together(self):
        edits = [Edit("(a", "{a"), Edit("b)", "b}"), Edit(" / ", "")]

        assert isinstance(placed("x (a / b) y", TEXT, *edits[:2])[1], Suggestion)
        assert placed("x (a / b) y", TEXT, *edits)[2] is DropReason.PROTECTED

    def test_it_keeps_what_makes_nothing_together(self):
        text = "It is 5 big plans, (or so) they say.\n\nTitle"
        edits = [Edit("big", "large"), Edit("5", "five"), Edit("(or", "[or"), Edit("so)", "so]")]

        assert all(isinstance(one, Suggestion) for one in placed(text, TEXT, *edits))
