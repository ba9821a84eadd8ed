import pytest

from shared.domain.time_limits import time_limits


@pytest.mark.parametrize("characters", [0, 5000, 10**7])
def test_a_slow_model_has_more_time_for_all_but_connecting(characters):
    usual, slow = time_limits(characters), time_limits(characters, scale=4)

    assert slow.connect_s == usual.connect_s
    assert slow.first_token_s == 4 * usual.first_token_s
    assert slow.between_tokens_s == 4 * usual.between_tokens_s
    assert slow.total_s == 4 * usual.total_s
