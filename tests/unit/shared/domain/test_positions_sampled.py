"""The same promises over texts from a seed: a sample of them always, very many when asked."""

import os

import pytest

from tests.unit.shared.domain.placing_samples import run

SEED = os.environ.get("COPYDESK_PROPERTY_SEED", "1848")
EVERY_OUTCOME = {
    *("placed", "QUOTE_NOT_FOUND", "AMBIGUOUS", "OUTSIDE_SELECTION", "OVERLAP", "NO_CHANGE"),
    *("PROTECTED", "INVALID_TEXT", "MERGES_GRAPHEME"),
}


class TestPlacer:
    @pytest.mark.parametrize(
        "texts", [1_000, pytest.param(100_000, marks=[pytest.mark.deep, pytest.mark.timeout(3600)])]
    )
    def test_it_keeps_every_promise_in_texts_from_a_seed(self, texts, capsys):
        counts = run(SEED, texts)

        with capsys.disabled():
            print(f"\nseed {SEED}, {texts:,} texts: {dict(counts.most_common())}")  # noqa: T201
        assert set(counts) == EVERY_OUTCOME
