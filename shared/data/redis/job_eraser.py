"""Deletes all jobs of an owner."""

from redis import Redis

from shared.data.redis.client import unavailable_when_away
from shared.data.redis.job_homes import JobHomes
from shared.data.redis.job_store import JobStore
from shared.data.redis.keys import KeySpace
from shared.errors import NotFoundError


class JobEraser:
    """Ends what runs and deletes what has ended; StoreUnavailableError when Redis is away."""

    def __init__(self, redis: Redis, keys: KeySpace, jobs: JobStore) -> None:
        self._redis = redis
        self._keys = keys
        self._homes = JobHomes(redis, keys)
        self._jobs = jobs

    def erase(self, owner: str) -> bool:
        """Return whether none is left; one that is being stopped is, for a second or so.

        A job that is tried again stays in the partition of the old one, and so does its place in an
        index: that need not be where the owner's new jobs are.
        """
        indexes = [keys.jobs_of(owner) for keys in self._keys]
        left = [index for index in indexes if not self._erase_listed(index, owner)]
        if not left:
            self._homes.forget(owner)
        return not left

    def _erase_listed(self, index: str, owner: str) -> bool:
        with unavailable_when_away():
            job_ids = [str(job_id) for job_id in self._redis.zrange(index, 0, -1)]
        gone = [job_id for job_id in job_ids if self._is_gone(job_id, owner)]
        if gone:
            with unavailable_when_away():
                self._redis.zrem(index, *gone)
        return len(gone) == len(job_ids)

    def _is_gone(self, job_id: str, owner: str) -> bool:
        """A worker may still write for a job that it is to stop, so that one waits its turn."""
        try:
            if not self._jobs.cancel(job_id, owner=owner):
                return False
            self._jobs.delete(job_id, owner=owner)
        except NotFoundError:
            return True
        return True
