"""Lets what a test has left under way come to its end: the next one would see its calls."""

import time
from contextlib import suppress

from redis.exceptions import RedisError

from shared.data.redis.keys import KeySpace
from shared.jobs.names import QueueName
from tests.gates import client_of

PATIENCE_S = 10.0  # some work waits for what only a later test brings
_LOOK_EVERY_S = 0.02


def wait_until_quiet(uri):
    """Return once no work runs or is about to, or when that takes too long."""
    ends_at = time.monotonic() + PATIENCE_S
    with suppress(RedisError):
        while _is_at_work(client_of(uri)) and time.monotonic() < ends_at:
            time.sleep(_LOOK_EVERY_S)


def _is_at_work(redis):
    (keys,) = KeySpace(1)
    held = [keys.held("section"), keys.held(QueueName.BULK)]
    return redis.exists(keys.leases, *map(keys.ready, QueueName), *held)
