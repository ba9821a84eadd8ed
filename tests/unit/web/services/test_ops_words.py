from datetime import UTC, datetime

import pytest

from web.services.ops_words import clock, dated, dollars, iso, moment, short, span, told_by


@pytest.mark.parametrize(
    ("ms", "told"),
    [
        *((0, "0.0 s"), (1_250, "1.2 s"), (-1_500, "-1.5 s"), (59_000, "59 s")),
        *((61_000, "1 min 1 s"), (3_600_000, "1 h 0 min"), (200_000_000, "2 d 7 h")),
    ],
)
def test_a_span_has_two_units(ms, told):
    assert span(ms) == told


@pytest.mark.parametrize(
    ("amount", "told"),
    [(0, "$0.00"), (0.00061, "$0.0006"), (0.5, "$0.50"), (1, "$1.00"), (1234.5, "$1,234.50")],
)
def test_small_money_is_not_nothing(amount, told):
    assert dollars(amount) == told


def test_a_moment_is_in_utc():
    assert (moment(0), clock(0)) == ("01 Jan 00:00:00", "00:00:00")
    assert iso(0) == "1970-01-01T00:00:00+00:00"


def test_what_is_kept_for_longer_than_a_year_has_one():
    assert dated(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)) == "02 Jan 2026 03:04:05"


def test_an_id_keeps_both_ends():
    assert short("job_" + "a" * 30 + "bp0") == "job_aaaa…aaaaabp0"
    assert short("bulk") == "bulk"


def test_an_address_cannot_make_the_page_say_anything():
    assert told_by("<b>Log in again</b>") is None
