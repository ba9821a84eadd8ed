from concurrent.futures import ThreadPoolExecutor

import pytest
from copydesk.cli.patience import Patience, telling
from copydesk.errors import ConnectionFailedError, RateLimitedError
from copydesk.models.refusals import Refusal
from copydesk.protocol.retries import Trial

LIMITED = RateLimitedError(Refusal("RATE_LIMITED", 429, "Too many", retry_after=30.0))


class TestPatience:
    def test_it_waits_for_its_turn_for_minutes(self):
        assert Patience().pause_s(Trial(9, 500.0, 0.5), LIMITED) == 30.0
        assert Patience().pause_s(Trial(9, 580.0, 0.5), LIMITED) is None

    @pytest.mark.parametrize("failed", [1, 2])
    def test_it_tries_a_few_times_to_reach_the_server(self, failed):
        pause_s = Patience().pause_s(Trial(failed, 0.0, 0.5), ConnectionFailedError("gone"))

        assert pause_s is not None
        assert pause_s <= 2.0

    def test_it_gives_up_soon_on_one_that_is_not_there(self):
        assert Patience().pause_s(Trial(3, 2.0, 0.5), ConnectionFailedError("gone")) is None


class TestTelling:
    def test_a_wait_is_told_in_the_thread_that_waits(self):
        waits = []
        with telling(waits.append):
            Patience().pause_s(Trial(1, 0.0, 0.5), LIMITED)
            with ThreadPoolExecutor() as other:
                other.submit(Patience().pause_s, Trial(1, 0.0, 0.5), LIMITED).result()
        Patience().pause_s(Trial(1, 0.0, 0.5), LIMITED)

        assert waits == [30.0]
