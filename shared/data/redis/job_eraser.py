"""Deletes all jobs of an owner."""

from redis import Redis

from shared.data.redis import scripts
from shared.data.redis.client import unavailable_when_away
from shared.data.redis.job_homes import JobHomes
from shared.data.redis.keys import KeySpace, PartitionKeys
from shared.jobs.policy import JobPolicy


class JobEraser:
    """Ends what runs and forgets what has ended; StoreUnavailableError when Redis is away."""

    def __init__(self, redis: Redis, keys: KeySpace, policy: JobPolicy) -> None:
        self._redis = redis
        self._keys = keys
        self._policy = policy
        self._homes = JobHomes(redis, keys)
        self._forget = scripts.load(redis, "forget")

    def erase(self, owner: str) -> bool:
        """Return whether none is left; one that is being stopped is, for a second or so."""
        homes = self._homes.of(owner)
        is_done = [self._erase_in(keys, owner) for keys in homes]
        if all(is_done):
            self._homes.forget(owner)
        return all(is_done)

    def _erase_in(self, home: PartitionKeys, owner: str) -> bool:
        index = home.jobs_of(owner)
        with unavailable_when_away():
            job_ids = [str(job_id) for job_id in self._redis.zrange(index, 0, -1)]
        gone = [job_id for job_id in job_ids if self._is_gone(job_id, owner)]
        if gone:
            with unavailable_when_away():
                self._redis.zrem(index, *gone)
        return len(gone) == len(job_ids)

    def _is_gone(self, job_id: str, owner: str) -> bool:
        keys = self._keys.of_job(job_id)
        if keys is None:
            return True
        return bool(
            self._forget(
                keys=[keys.job(job_id), keys.decisions(job_id)],
                args=[job_id, owner, keys.base, self._policy.retention_ms],
            )
        )
