"""What an installation knows of its models, for tests: it is not to outlive the test."""

from contextlib import suppress

from redis import Redis
from redis.exceptions import RedisError

_OF_MODELS = ("cd:{all}:model:*", "cd:{all}:line:*")


def forget_models(uri):
    """Forget pauses, limits and failures, which the next test's server knows nothing of."""
    with suppress(RedisError), Redis.from_url(uri, socket_timeout=2) as redis:
        keys = [key for pattern in _OF_MODELS for key in redis.scan_iter(pattern, count=1000)]
        if keys:
            redis.delete(*keys)
