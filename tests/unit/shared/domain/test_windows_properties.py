from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.text import GraphemeBoundaries, Span
from shared.domain.tokens import count_all
from shared.domain.window_budgets import WindowBudget
from shared.domain.windows import windows

PIECES = st.sampled_from(
    [
        *("word", "Longer, and with a comma.", "No!", "漢字。", "e\u0301", "\U0001f1e9\U0001f1ea"),
        *("\U0001f468\u200d\U0001f469", "\u0301", "\n", "\r\n", "\r", "\n\n", " ", "  ", "\t"),
        *("\u2028", "<|endoftext|>", ". ", '." ', "\u200d", "x" * 30, "a b c d e f g h i j k"),
    ]
)
TEXTS = st.lists(PIECES, min_size=1, max_size=80).map("".join)
BUDGETS = st.builds(WindowBudget, part=st.integers(12, 60), context=st.integers(0, 20))


def count(texts):
    return count_all(texts, "gpt-4o")


@st.composite
def cases(draw):
    content = draw(TEXTS)
    start = draw(st.integers(0, len(content) - 1))
    within = draw(st.sampled_from([Span(0, len(content)), Span(start, len(content))]))
    return content, within, draw(BUDGETS)


@given(cases())
def test_parts_cover_what_was_asked_for_in_order_and_once(case):
    content, within, budget = case
    parts = [window.part for window in windows(content, within, budget, count)]

    assert (parts[0].start, parts[-1].end) == (within.start, within.end)
    assert all(one.end == other.start for one, other in pairwise(parts))
    assert all(part.start < part.end for part in parts)


@given(cases())
def test_parts_keep_within_the_budget_unless_they_are_one_character(case):
    content, within, budget = case
    boundaries = GraphemeBoundaries(content)

    for window in windows(content, within, budget, count):
        inner = range(window.part.start + 1, window.part.end)
        is_one = not any(at in boundaries for at in inner)
        assert is_one or count([window.part.of(content)])[0] <= budget.part


@given(cases())
def test_contexts_keep_within_the_budget_on_each_side(case):
    content, within, budget = case
    seen = windows(content, within, budget, count)

    for window in seen:
        before = Span(window.context.start, window.part.start).of(content)
        after = Span(window.part.end, window.context.end).of(content)
        assert window.context.contains(window.part)
        fits = max(count([before, after])) <= budget.context
        assert fits or (len(seen) == 1 and window.context == Span(0, len(content)))


@given(cases())
def test_nothing_is_cut_within_a_character(case):
    content, within, budget = case
    boundaries = GraphemeBoundaries(content)

    for window in windows(content, within, budget, count):
        for at in (window.part.start, window.part.end):
            assert at in boundaries or at in (within.start, within.end)
        for at, own in ((window.context.start, within.start), (window.context.end, within.end)):
            assert at in boundaries or at == own


@given(cases())
def test_the_same_text_has_the_same_windows(case):
    assert windows(*case, count) == windows(*case, count)
