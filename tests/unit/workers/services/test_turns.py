import pytest

from shared.jobs.names import JobKind
from shared.jobs.provider_calls import WaitReason
from tests.unit.workers.services.test_claims import a_lease
from workers.services.turns import LONGEST_TURN_MS, never_in_time, wait_for_turn


def wait(reason=WaitReason.RATE_LIMIT, ms=1000, kind=JobKind.SUGGESTION, *, has_begun=False):
    return wait_for_turn(a_lease(kind=kind), reason, ms, has_begun=has_begun)


class TestWaitForTurn:
    @pytest.mark.parametrize("reason", WaitReason)
    def test_it_is_no_try(self, reason):
        assert not wait(reason).is_try

    def test_the_clock_stands_still_in_the_line(self):
        assert wait().stops_clock

    @pytest.mark.parametrize("reason", [WaitReason.BUDGET, WaitReason.CIRCUIT_OPEN])
    def test_it_goes_on_where_nobody_knows_how_long(self, reason):
        assert not wait(reason).stops_clock

    def test_it_goes_on_for_work_that_has_called_already(self):
        assert not wait(has_begun=True).stops_clock

    def test_nobody_at_a_screen_is_kept_for_ever(self):
        assert not wait(ms=LONGEST_TURN_MS + 1).stops_clock
        assert wait(ms=LONGEST_TURN_MS + 1, kind=JobKind.SECTION).stops_clock


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        (WaitReason.RATE_LIMIT, "OVERLOADED"),
        (WaitReason.BUDGET, "OVERLOADED"),
        (WaitReason.CIRCUIT_OPEN, "CIRCUIT_OPEN"),
    ],
)
def test_what_is_too_late_says_when_to_come_back(reason, code):
    error = never_in_time(reason, 9000)

    assert (error.code, error.status, error.retry_after_ms) == (code, 503, 9000)
    assert error.retryable
