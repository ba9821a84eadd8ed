"""What is served is what the catalogue lists, which alerts and dashboard are held against."""

import pytest

from shared.metrics.definitions import READ, RECORDED
from tests.rules.metric_names import CATALOGUE

SERVED = {one.name: one for one in (*RECORDED, *READ)}


def test_all_that_is_listed_is_served_and_the_other_way_round():
    assert SERVED.keys() == CATALOGUE.keys()


@pytest.mark.parametrize("name", SERVED)
def test_it_has_the_type_and_the_labels_that_are_listed(name):
    listed = CATALOGUE[name]

    assert (SERVED[name].type, list(SERVED[name].labels)) == (listed["type"], listed["labels"])
    assert bool(SERVED[name].buckets) == (listed["type"] == "histogram")
