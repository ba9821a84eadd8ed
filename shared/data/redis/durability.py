"""Waits until what a script has written is in Redis's append-only file."""

import time

from redis import Redis

from shared.data.redis.client import unavailable_when_away

_LOOK_EVERY_S = 0.005
_LONGEST_S = 2.5  # Redis puts off its writes by 2 s at most, whatever the disk does


def wait_until_written(redis: Redis) -> None:
    """Return once no fsync holds up the writes; see `lua/lib/durability.lua`.

    An answer to INFO is sent after the writes of the same turn of Redis's loop.

    :raises StoreUnavailableError: Redis is away
    """
    gives_up_at = time.monotonic() + _LONGEST_S
    is_last = False
    while not is_last:
        # Asked for after that time: its answer is what shows that Redis, too, has got so far.
        is_last = time.monotonic() >= gives_up_at
        with unavailable_when_away():
            pending = redis.info("persistence").get("aof_pending_bio_fsync", 0)
        if not pending:
            return
        time.sleep(_LOOK_EVERY_S)
