import pytest

from shared.errors import RateLimitedError
from web.services.open_lines import OpenLines


class TestOpenLines:
    def test_it_refuses_one_too_many_and_says_when_to_ask_again(self):
        lines = OpenLines(2)
        closes = [lines.open(["me"]) for _ in range(2)]
        with pytest.raises(RateLimitedError) as refused:
            lines.open(["me"])
        closes[0]()

        assert refused.value.retry_after_ms > 0
        lines.open(["me"])
        lines.open(["another"])

    def test_whoever_is_refused_for_one_name_is_counted_for_none(self):
        lines = OpenLines(1)
        lines.open(["one", "at home"])
        for _ in range(3):
            with pytest.raises(RateLimitedError):
                lines.open(["two", "at home"])

        lines.open(["two", "elsewhere"])

    def test_nothing_is_kept_of_those_who_left(self):
        lines = OpenLines(5)
        for number in range(1000):
            lines.open([f"caller {number}", "at home"])()

        assert not lines._held
