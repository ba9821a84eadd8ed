from functools import partial

import pytest

from shared.domain.text import Span
from shared.domain.tokens import count_all
from shared.domain.window_budgets import SUGGESTION_WINDOWS, WindowBudget
from shared.domain.windows import Window, tokens_saved, windows

SMALL = WindowBudget(part=10, context=6)
SENTENCE = "The cat sat on the mat. "  # 7 tokens, and one for the space behind the last


def count(texts):
    return count_all(texts, "gpt-4o")


def cut(content, budget=SMALL, within=None):
    return windows(content, within or Span(0, len(content)), budget, count)


def parts(content, budget=SMALL):
    return [window.part.of(content) for window in cut(content, budget)]


class TestParts:
    def test_a_text_that_fits_is_one_window(self):
        text = "A short text."

        assert cut(text) == (Window(Span(0, 13), Span(0, 13)),)

    def test_a_selection_in_a_text_that_fits_has_all_of_it_as_context(self):
        text = "A short text. And some more of it, but not much."

        assert cut(text, within=Span(2, 7)) == (Window(Span(2, 7), Span(0, len(text))),)

    def test_it_cuts_between_paragraphs_where_it_can(self):
        text = "The cat sat on\nthe mat.\n\nThe dog lay.\n \nAll was well."

        assert parts(text) == ["The cat sat on\nthe mat.\n\n", "The dog lay.\n \nAll was well."]

    def test_it_cuts_a_long_paragraph_between_lines(self):
        text = "one two three four. five six\nseven eight nine. ten\neleven twelve thirteen"

        assert parts(text, WindowBudget(9, 6)) == text.splitlines(keepends=True)

    def test_it_cuts_a_long_line_between_sentences(self):
        assert parts(SENTENCE * 3) == [SENTENCE] * 3

    def test_it_cuts_a_long_sentence_between_words(self):
        found = parts("word " * 40)

        assert all(part.endswith("word ") for part in found)

    @pytest.mark.parametrize(
        "grapheme", ["\U0001f468\u200d\U0001f469\u200d\U0001f467", "e\u0301", "\r\n", "漢"]
    )
    def test_it_cuts_a_monster_between_characters(self, grapheme):
        found = parts(grapheme * 300, WindowBudget(20, 6))

        assert len(found) > 1
        assert all(part == grapheme * (len(part) // len(grapheme)) for part in found)

    def test_a_character_over_the_budget_is_a_part_of_its_own(self):
        monster = "e" + "\u0301" * 50

        assert monster in parts(f"A plan. {monster} And more of it all.")

    def test_it_keeps_to_the_budget_even_where_joining_pieces_costs_tokens(self):
        def dear(texts):
            return [len(text.split()) + 3 * (text.count(".") - 1) for text in texts]

        found = windows(SENTENCE * 9, Span(0, 24 * 9), WindowBudget(18, 0), dear)

        assert max(dear(window.part.of(SENTENCE * 9) for window in found)) <= 18


class TestContext:
    def test_what_is_least_near_is_left_out_by_whole_sentences(self):
        text = "One is far. Two is near. " + SENTENCE + "Four is near. Five is far away."
        seen = cut(text, SMALL, within=Span(25, 49))

        (window,) = seen
        assert window.context.of(text) == "Two is near. " + SENTENCE + "Four is near. "

    def test_where_a_sentence_is_too_long_words_are_left_out(self):
        text = "word " * 30 + SENTENCE + "more " * 30
        at = text.index(SENTENCE)
        (window,) = cut(text, SMALL, within=Span(at, at + len(SENTENCE)))

        assert Span(window.context.start, at).of(text) == "word " * 5
        assert Span(at + len(SENTENCE), window.context.end).of(text) == "more " * 5

    def test_where_there_are_no_words_whole_characters_are_left_out(self):
        family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
        text = family * 30 + " " + SENTENCE + family * 30
        at = text.index(SENTENCE)
        (window,) = cut(text, WindowBudget(10, 40), within=Span(at, at + len(SENTENCE)))

        before, _, after = window.context.of(text).partition(SENTENCE)
        assert before == family * (len(before) // len(family)) + " "
        assert after == family * (len(after) // len(family))
        assert min(len(before), len(after)) > len(family)

    def test_none_is_taken_where_none_is_allowed(self):
        assert all(w.part == w.context for w in cut(SENTENCE * 9, WindowBudget(10, 0)))

    def test_neighbours_see_each_other(self):
        first, second, third = cut(SENTENCE * 3, WindowBudget(10, 8))

        assert (first.context.start, first.context.end) == (0, second.part.end)
        assert (second.context.start, second.context.end) == (0, third.part.end)


class TestTokensSaved:
    def test_it_is_what_sending_all_of_the_text_each_time_would_cost_more(self):
        text = SENTENCE * 3
        first, second, third = cut(text, WindowBudget(10, 0))

        sent = sum(count([window.part.of(text) for window in (first, second, third)]))
        assert tokens_saved(text, (first, second, third), count) == 3 * count([text])[0] - sent

    def test_one_window_over_all_of_it_saves_nothing(self):
        assert tokens_saved("A plan.", cut("A plan."), partial(pytest.fail, "no need")) == 0


class TestLongTexts:
    def test_25000_words_take_some_thirty_calls(self):
        text = "\n\n".join((SENTENCE * 17).strip() for _ in range(245))
        seen = cut(text, SUGGESTION_WINDOWS)

        assert len(text.split()) == 24_990
        assert 19 <= len(seen) <= 25
        assert tokens_saved(text, seen, count) > 18 * count([text])[0]

    @pytest.mark.usefixtures("not_quadratic")
    @pytest.mark.parametrize("monster", ["\n", "\r\n", " ", "a", "漢字。", "\n \n", ". "])
    def test_no_text_takes_long(self, monster):
        text = monster * (1_000_000 // len(monster))
        seen = cut(text, SUGGESTION_WINDOWS.widened(count([text])[0]))

        assert "".join(window.part.of(text) for window in seen) == text
        assert len(seen) <= 80
