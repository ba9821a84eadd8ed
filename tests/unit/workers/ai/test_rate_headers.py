import pytest

from shared.jobs.provider_calls import Quota, ServerLimits
from workers.ai.rate_headers import duration_ms, server_limits

OPENAI = {
    "x-ratelimit-limit-requests": "5000",
    "x-ratelimit-remaining-requests": "4999",
    "x-ratelimit-reset-requests": "12ms",
    "x-ratelimit-limit-tokens": "160000",
    "x-ratelimit-remaining-tokens": "159976",
    "x-ratelimit-reset-tokens": "8.64s",
}


class TestServerLimits:
    def test_it_reads_what_openai_says(self):
        told = server_limits(200, OPENAI)

        assert told == ServerLimits(200, Quota(5000, 4999, 12), Quota(160_000, 159_976, 8640), None)

    def test_a_429_says_how_long_to_wait(self):
        assert server_limits(429, {"retry-after": "7"}).retry_after_ms == 7000

    @pytest.mark.parametrize("text", ["", "many", "-1", "1.5", "9" * 400, "²"])
    def test_nonsense_is_as_nothing_and_much_is_bounded(self, text):
        told = server_limits(200, {"x-ratelimit-limit-requests": text})

        assert told.requests.limit is None or told.requests.limit <= 2**40


@pytest.mark.parametrize(
    ("told", "ms"),
    [
        ("1s", 1000),
        ("6m0s", 360_000),
        ("20ms", 20),
        ("1h2m3.5s", 3_723_500),
        ("59.7", 59_700),
        ("999d", 86_400_000),
        ("-3", 0),
        ("soon", None),
        ("", None),
        ("2026-11-23T12:00:00Z", None),
        ("nan", None),
        ("inf", 86_400_000),
    ],
)
def test_durations(told, ms):
    assert duration_ms(told) == ms
