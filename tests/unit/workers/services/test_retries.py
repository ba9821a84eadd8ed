import pytest

from shared.errors import (
    ContentRefusedError,
    ModelRequiredError,
    NoValidSuggestionsError,
    ProcessingError,
    ProviderError,
    ProviderRefusedCallError,
    ProviderTimeoutError,
)
from workers.services.retries import MOST_WAITS, retry_wait_ms


class TestRetryWait:
    @pytest.mark.parametrize("waits", range(MOST_WAITS))
    @pytest.mark.parametrize("kind", [ProviderError, ProviderTimeoutError])
    def test_it_grows_with_each_wait(self, kind, waits):
        longest_ms = 500 * 2**waits

        assert longest_ms / 2 - 1 <= retry_wait_ms(kind("x"), waits) <= longest_ms

    def test_it_is_never_shorter_than_the_provider_asked_for(self):
        assert retry_wait_ms(ProviderError("x", retry_after_ms=7000), 0) == 7000

    def test_it_ends_some_time(self):
        assert retry_wait_ms(ProviderError("x"), MOST_WAITS) is None

    @pytest.mark.parametrize(
        "kind",
        [
            *(ContentRefusedError, ModelRequiredError, NoValidSuggestionsError),
            *(ProcessingError, ProviderRefusedCallError),
        ],
    )
    def test_what_would_come_out_the_same_is_not_tried_again(self, kind):
        assert retry_wait_ms(kind("x"), 0) is None
