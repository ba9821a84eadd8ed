"""The catalogue of metrics finds what is misspelt; else the tests that ask it would say nothing."""

import pytest

from tests.rules.metric_names import names_in, unknown_names

DEPTH = "copydesk_lane_depth"


@pytest.mark.parametrize(
    ("expression", "unknown"),
    [
        (f'sum(max by (state) ({DEPTH}{{lane="bulk"}}))', set()),
        ("rate(copydesk_job_wait_seconds_bucket[5m])", set()),
        ("up == 0", set()),
        ("copydesk_lane_deep", {"copydesk_lane_deep"}),
        (f'{DEPTH}{{stat="queued"}}', {f"{DEPTH}: stat"}),
        (f"max by (lanes) ({DEPTH})", {"by lanes"}),
        ("copydesk_job_wait_seconds", {"copydesk_job_wait_seconds"}),
        ("copydesk_lane_depth_count", {"copydesk_lane_depth_count"}),
    ],
)
def test_it_finds_what_there_is_not(expression, unknown):
    assert unknown_names(expression) == unknown


def test_it_tells_which_metrics_are_read():
    read = names_in(f"{DEPTH} > 0 unless rate(copydesk_job_wait_seconds_count[5m])")

    assert read == {DEPTH, "copydesk_job_wait_seconds"}
