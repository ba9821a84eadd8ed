import sys

import pytest

from shared.domain.rebase import rebase
from tests.unit.shared.domain.edit_history import History, dice, edit, quotes_in, text_of

SIZES = [40, 200, 200, 600, 1200]


class TestRandomEdits:
    def test_it_makes_no_mistake_in_a_thousand(self, figures):
        figures(judge(dice(20261), 1_000))

    @pytest.mark.deep
    @pytest.mark.timeout(0)
    def test_it_makes_no_mistake_in_ten_thousand(self, figures):
        figures(judge(dice(20262), 10_000))

    def test_it_makes_no_mistake_where_passages_are_moved_about(self):
        random = dice(20263)
        for _ in range(60):
            history = History(text_of(random, 150))
            quotes = quotes_in(random, history.old, 8)
            start, length = random.randrange(500), random.randint(5, 200)
            history.move(start, start + length, random.randrange(300))
            edit(random, history, quotes)

            assert wrong_ones(history, quotes, rebase(history.old, history.new, quotes)) == []


@pytest.fixture
def figures(capsys):
    """Take wrong placements, finds and suggestions still valid; print them and hold the bounds."""

    def hold(counts):
        wrong, found, valid = counts
        with capsys.disabled():
            share = f"{found / valid:.2%} of {valid} found"
            sys.stdout.write(f"\nrebase: {len(wrong)} wrong placements, {share}\n")
        assert wrong == []
        assert found >= 0.99 * valid

    return hold


def judge(random, edits):
    wrong, found, valid = [], 0, 0
    while edits > 0:
        history = History(text_of(random, random.choice(SIZES)))
        quotes = quotes_in(random, history.old, 10)
        for _ in range(random.randint(1, min(8, len(history.old.split()) // 25))):
            edit(random, history, quotes)
            edits -= 1
        told = rebase(history.old, history.new, quotes)
        wrong += wrong_ones(history, quotes, told)
        still = [(q, one) for q, one in zip(quotes, told, strict=True) if is_valid(history, q)]
        valid += len(still)
        found += sum(one == history.truth(q) for q, one in still)
    return wrong, found, valid


def is_valid(history, one):
    """Whether the words stand where they can be told from a twin."""
    return history.truth(one).span is not None and one not in history.twinned


def wrong_ones(history, quotes, told):
    placed = [(q, one) for q, one in zip(quotes, told, strict=True) if one.span]
    return [(q, one) for q, one in placed if not is_right(history, q, one)]


def is_right(history, one, told):
    """Whether the words are there, or, where they are lost, a twin of theirs."""
    true = history.truth(one)
    return told == true if true.span else history.holds(one, told.span)
