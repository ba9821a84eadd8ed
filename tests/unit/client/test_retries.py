import pytest
from copydesk import RetryPolicy
from copydesk.calls.wire import Request
from copydesk.errors import ConflictError, ConnectionFailedError, OverloadedError, RateLimitedError
from copydesk.errors.api import api_error
from copydesk.models.refusals import Refusal
from copydesk.protocol.retries import Trial, may_repeat

POLICY = RetryPolicy(most=3, within_s=10, first_s=1, longest_s=4)
LOST = ConnectionFailedError("lost")


def error(code, status, retry_after=None):
    return api_error(Refusal(code, status, retry_after=retry_after))


class TestRetryPolicy:
    def test_pauses_double_up_to_the_longest(self):
        assert [POLICY.backoff_s(tries, 1.0) for tries in (0, 1, 2, 3, 9000)] == [1, 2, 4, 4, 4]

    def test_luck_halves_them_at_most(self):
        assert POLICY.backoff_s(0, 0.0) == 0.5

    def test_it_gives_up_after_so_many_tries(self):
        pauses = [POLICY.pause_s(Trial(failed, 0, 1.0), LOST) for failed in (1, 2, 3, 4)]

        assert pauses == [1, 2, 4, None]

    @pytest.mark.parametrize(("spent_s", "pause_s"), [(9.0, 1), (9.1, None)])
    def test_it_gives_up_before_its_time_is_over(self, spent_s, pause_s):
        assert POLICY.pause_s(Trial(1, spent_s, 1.0), LOST) == pause_s

    def test_who_is_in_a_hurry_gives_up_sooner(self):
        assert POLICY.pause_s(Trial(1, 0, 1.0, within_s=0.5), LOST) is None

    def test_who_has_time_does_not(self):
        assert POLICY.pause_s(Trial(9, 60, 1.0, within_s=90), LOST) == 4
        assert RetryPolicy(most=0).pause_s(Trial(1, 0, 1.0, within_s=90), LOST) is None

    def test_it_waits_as_long_as_it_is_asked_to(self):
        assert POLICY.pause_s(Trial(1, 0, 1.0), error("RATE_LIMITED", 429, 7.5)) == 7.5
        assert POLICY.pause_s(Trial(1, 0, 1.0), error("RATE_LIMITED", 429, 11.0)) is None

    @pytest.mark.parametrize(
        ("refused", "is_repeated"),
        [
            (error("OVERLOADED", 503), True),
            (error("CIRCUIT_OPEN", 503), True),
            (error("HTTP_502", 502), True),
            (error("PROVIDER_ERROR", 502), False),
            (error("PROCESSING_ERROR", 500), False),
            (error("CONFLICT", 409), False),
            (error("UNAUTHENTICATED", 401), False),
        ],
    )
    def test_only_what_may_pass_is_tried_again(self, refused, is_repeated):
        assert (POLICY.pause_s(Trial(1, 0, 1.0), refused) is not None) == is_repeated

    def test_its_errors_are_of_their_codes(self):
        kinds = [type(error(*each)) for each in (("RATE_LIMITED", 429), ("CONFLICT", 409))]

        assert kinds == [RateLimitedError, ConflictError]
        assert isinstance(error("CIRCUIT_OPEN", 503), OverloadedError)


def test_a_login_is_never_repeated():
    assert may_repeat(Request("GET", "/limits", repeatable=True))
    assert not may_repeat(Request("POST", "/documents"))
    assert not may_repeat(Request("POST", "/auth/refresh", repeatable=True, is_login=True))
