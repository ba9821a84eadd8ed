import itertools
import random

import pytest

from shared.domain.sections.cut_points import chosen, ranks, reaches, spaced
from shared.domain.text import Span


def words(number):
    return "".join(f"{random.Random(n).getrandbits(32):08x} " for n in range(number))


class TestRanks:
    def test_it_tells_by_the_words_alone(self):
        content = words(4)

        assert ranks(content, [9, 18]) == ranks(f"before {content}", [16, 25])
        assert ranks(f"{content[:25]} other words", [9])[0] == ranks(content, [9])[0]

    def test_it_looks_behind_tags(self):
        assert ranks("<p class='a'> One<p>Two", [0]) == ranks("One<p>Two", [0])

    def test_it_tells_twins_apart_by_what_follows(self):
        first, second = ranks("The same beginning, a. The same beginning, b.", [0, 23])

        assert first[0] == second[0]
        assert first[1] != second[1]

    def test_it_cuts_repeated_words_evenly(self):
        order = ranks("again " * 40, range(6, 6 * 17, 6))

        assert chosen(order, [1] * 17, 8) == [7, 15]


class TestReaches:
    def test_it_finds_the_nearest_lower_on_either_side(self):
        order = [(bytes([number]), b"", 0) for number in (3, 1, 2, 5, 4)]

        assert reaches(order) == [(-1, 1), (-1, 5), (1, 5), (2, 4), (2, 5)]


class TestSpaced:
    def test_it_keeps_points_apart_from_each_other_and_from_the_ends(self):
        content, area = words(300), Span(0, 2700)
        found = spaced(content, area, range(9, 2700, 9), 50)
        bounds = [area.start, *found, area.end]

        assert len(found) > 10
        assert min(b - a for a, b in itertools.pairwise(bounds)) >= 50

    def test_it_finds_the_same_points_in_a_longer_text(self):
        content = words(300)
        short = spaced(content, Span(900, 1800), range(909, 1800, 9), 50)
        long = spaced(content, Span(0, 2700), range(9, 2700, 9), 50)

        assert set(short) >= {at for at in long if 950 <= at <= 1750}
        assert len(short) > 3


class TestChosen:
    @pytest.mark.parametrize("most", [10, 25, 100])
    def test_it_cuts_until_all_pieces_fit_and_no_further(self, most):
        content = words(200)
        order = ranks(content, range(9, 1800, 9))
        cuts = chosen(order, [5] * 200, most)
        bounds = [0, *(cut + 1 for cut in cuts), 200]
        sizes = [5 * (b - a) for a, b in itertools.pairwise(bounds)]

        assert max(sizes) <= most
        assert sum(sizes) == 1000

    def test_it_does_not_cut_what_fits(self):
        assert chosen(ranks(words(3), [9, 18]), [5, 5, 5], 15) == []
