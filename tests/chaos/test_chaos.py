"""Short runs of the rows of `make chaos`: nothing lost, done twice, stuck, or told wrongly."""

import pytest

from tests.chaos.house import House
from tests.chaos.registry import ROWS
from tests.chaos.rows import Size, play


@pytest.mark.deep
@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", ROWS)
def test_it_keeps_its_promises(tmp_path, mongo_uri, name):
    row = ROWS[name]
    if missing := row.missing():
        pytest.skip(missing)
    with House(tmp_path, mongo_uri, row.plan) as house:
        (verdict,) = play(row, house, Size(1, jobs=60, seed=1), tmp_path)

    assert verdict.faults == ()
    assert verdict.accepted >= 60
