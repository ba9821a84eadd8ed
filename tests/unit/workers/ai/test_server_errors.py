import pytest

from shared.errors import (
    ProviderBusyError,
    ProviderError,
    ProviderMisconfiguredError,
    ProviderQuotaError,
    ProviderRefusedCallError,
)
from workers.ai.server_errors import error_of

QUOTA = {"code": "insufficient_quota", "message": "You exceeded your current quota"}


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (400, {"message": "bad"}, ProviderRefusedCallError),
        (422, None, ProviderRefusedCallError),
        (413, None, ProviderRefusedCallError),
        (500, {"message": "the prompt is too long"}, ProviderRefusedCallError),
        (401, {"message": "wrong key"}, ProviderMisconfiguredError),
        (404, {"message": "no such model"}, ProviderMisconfiguredError),
        (403, {"message": "not in your country"}, ProviderMisconfiguredError),
        (403, {"message": "your input was flagged"}, ProviderRefusedCallError),
        (402, None, ProviderQuotaError),
        (429, QUOTA, ProviderQuotaError),
        (429, {"message": "slow down"}, ProviderBusyError),
        (503, None, ProviderError),
        (418, None, ProviderError),
    ],
)
def test_each_answer_has_its_error(status, body, error):
    assert type(error_of(status, body, {})) is error


def test_how_long_to_wait_is_believed():
    assert error_of(429, None, {"retry-after": "30"}).retry_after_ms == 30_000
