import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.intervals import wilson_interval

Z = 1.959963984540054


class TestWilsonInterval:
    # As R's prop.test(..., correct=FALSE) and the formula by hand have them.
    @pytest.mark.parametrize(
        ("successes", "trials", "low", "high"),
        [
            (4, 20, 0.0807, 0.4160),
            (0, 10, 0.0, 0.2775),
            (10, 10, 0.7225, 1.0),
            (1, 1, 0.2065, 1.0),
            (500, 1000, 0.4691, 0.5309),
        ],
    )
    def test_it_agrees_with_known_values(self, successes, trials, low, high):
        interval = wilson_interval(successes, trials)

        assert interval.low == pytest.approx(low, abs=5e-5)
        assert interval.high == pytest.approx(high, abs=5e-5)

    def test_nothing_tells_nothing(self):
        assert wilson_interval(0, 0) is None

    @given(st.integers(1, 10**9), st.floats(0, 1))
    def test_its_ends_are_just_two_standard_errors_of_their_own_away(self, trials, part):
        successes = round(trials * part)
        share, interval = successes / trials, wilson_interval(successes, trials)

        assert 0 <= interval.low <= share <= interval.high <= 1
        for end in (interval.low, interval.high):
            reach = Z * math.sqrt(end * (1 - end) / trials)
            assert abs(share - end) == pytest.approx(reach, rel=1e-6, abs=1e-9)

    @given(st.integers(0, 50), st.integers(1, 50))
    def test_more_of_the_same_makes_it_narrower(self, successes, failures):
        few = wilson_interval(successes, successes + failures)
        many = wilson_interval(10 * successes, 10 * (successes + failures))

        assert many.high - many.low < few.high - few.low
