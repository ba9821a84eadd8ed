"""Gives a session's jobs to the user that it becomes."""

from collections.abc import Sequence
from typing import Any

from redis import Redis

from shared.data.redis import scripts
from shared.data.redis.client import unavailable_when_away
from shared.data.redis.durability import wait_until_written
from shared.data.redis.job_homes import JobHomes
from shared.data.redis.keys import KeySpace, PartitionKeys
from shared.jobs.policy import IDEMPOTENCY_TTL_MS, JobPolicy

_AT_ONCE = 100
_FIELDS = ("created", "idem", "idem_body", "supersedes", "retry_of")


class JobMoves:
    """Every step may be taken twice, by any number of processes; nothing is out of reach between.

    StoreUnavailableError when Redis is away.
    """

    def __init__(self, redis: Redis, keys: KeySpace, policy: JobPolicy) -> None:
        self._redis: Any = redis
        self._keys = keys
        self._index_ms = policy.index_ms
        self._homes = JobHomes(redis, keys)
        self._promote = scripts.load(redis, "promote")
        self._hand_over = scripts.load(redis, "hand_over")

    def is_alive(self, session: str) -> bool:
        """Return whether the session of this owner lives."""
        with unavailable_when_away():
            return bool(self._redis.exists(self._keys.of_owner(session).session(session)))

    def end_session(self, old: str, new: str) -> None:
        """Let nothing begin in the session's name any more; what is under way goes on as `new`."""
        keys = self._keys.of_owner(old)
        is_postponed = self._promote(
            keys=[keys.session(old), keys.moved(old)], args=[new, self._index_ms]
        )
        if is_postponed:
            wait_until_written(self._redis)

    def move(self, old: str, new: str) -> None:
        """Give over all jobs, whatever state they are in; the session must have ended."""
        while self.move_some(old, new):
            pass

    def move_some(self, old: str, new: str, *, at_most: int = _AT_ONCE) -> bool:
        """Give over the newest jobs that are left; return whether there were any."""
        keys = self._keys.of_owner(old)
        index = keys.jobs_of(old)
        with unavailable_when_away():
            job_ids = [str(job_id) for job_id in self._redis.zrevrange(index, 0, at_most - 1)]
        if not job_ids:
            return False
        self._homes.add(new, keys)
        self._rename(keys, job_ids, new)
        self._hand_over(
            keys=[index, keys.jobs_of(new)],
            args=[old, new, keys.base, self._index_ms, *job_ids],
        )
        return True

    def _rename(self, keys: PartitionKeys, job_ids: Sequence[str], new: str) -> None:
        """Let keys of the caller's own name the same jobs when the user shows them.

        The newest job comes first, so it is the one that a supersede key names; what the user has
        said under the same key by now stands.
        """
        own = self._keys.of_owner(new)
        with unavailable_when_away():
            now_ms = _milliseconds(*self._redis.time())
            pipe = self._redis.pipeline(transaction=False)
            for job_id in job_ids:
                pipe.hmget(keys.job(job_id), _FIELDS)
            found = pipe.execute()
            for job_id, (created, idem, body, supersedes, retry_of) in zip(
                job_ids, found, strict=True
            ):
                left_ms = int(created or 0) + IDEMPOTENCY_TTL_MS - now_ms
                if idem and left_ms > 0:
                    name = (keys if retry_of else own).idempotency(new, idem)
                    pipe.hsetnx(name, "job", job_id)
                    pipe.hsetnx(name, "body", body)
                    pipe.pexpire(name, left_ms, nx=True)
                if supersedes and left_ms > 0:
                    pipe.set(own.superseded(new, supersedes), job_id, px=left_ms, nx=True)
            pipe.execute()


def _milliseconds(seconds: int, microseconds: int) -> int:
    return seconds * 1000 + microseconds // 1000
