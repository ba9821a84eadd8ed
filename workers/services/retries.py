"""When a failed call is worth another try, and when: the one place that decides it."""

import random

from shared.errors import AppError, ProviderError, ProviderTimeoutError

MOST_WAITS = 4
_FIRST_WAIT_MS = 500
_LONGEST_WAIT_MS = 60_000


def retry_wait_ms(error: AppError, waits: int) -> int | None:
    """Return how long to wait before the next try, or None when there is to be none.

    Exponential with full jitter above half (so that a crowd does not come back at once), and never
    before the provider's own `Retry-After`. `waits` is how often this work has waited before.
    """
    if not isinstance(error, ProviderError | ProviderTimeoutError) or not error.retryable:
        return None
    if waits >= MOST_WAITS:
        return None
    wait_ms = min(_LONGEST_WAIT_MS, _FIRST_WAIT_MS * 2**waits)
    spread_ms = int(wait_ms * random.uniform(0.5, 1.0))  # noqa: S311  jitter, not a secret
    return max(spread_ms, error.retry_after_ms or 0)
