"""What an installation knows of its models, for tests: it is not to outlive the test."""

from contextlib import suppress
from functools import cache

from redis.exceptions import RedisError

from shared.data.redis.client import connect

_MODELS = "cd:{all}:models"


def forget_models(uri):
    """Forget pauses, limits and failures, which the next test's server knows nothing of."""
    redis = client_of(uri)
    with suppress(RedisError):
        if models := redis.zrange(_MODELS, 0, -1):
            lanes = ("line:interactive:", "line:bulk:")
            lines = [key.replace("model:", lane, 1) for key in models for lane in lanes]
            redis.delete(_MODELS, *models, *lines)


@cache
def client_of(uri):
    """Return what asks a stack's Redis; it lasts as long as the tests."""
    return connect(uri, timeout_s=5)
