"""Lists an owner's jobs."""

import re
from collections.abc import Sequence

from redis import Redis

from shared.data.redis import scripts
from shared.data.redis.job_records import flat_hash, job_record
from shared.data.redis.keys import KeySpace
from shared.jobs.records import JobFilter, JobRecord

_CURSOR = re.compile(r"[0-9]{1,15}-job_[0-9a-f]{32}p[0-9]{1,4}")
# Redis does nothing else meanwhile.
_MOST_IN_ONE_STEP = 1000


class JobLists:
    """An owner's jobs, the newest first; those whose keeping time is over are left out."""

    def __init__(self, redis: Redis, keys: KeySpace) -> None:
        self._keys = keys
        self._list = scripts.load(redis, "list")

    def page(
        self, owner: str, only: JobFilter, *, limit: int, cursor: str | None
    ) -> tuple[Sequence[JobRecord], str | None]:
        """Return jobs without their results, and the cursor of the next page if there is one.

        :raises ValueError: this is no cursor of ours
        :raises StoreUnavailableError: Redis is away
        """
        if cursor and not _CURSOR.fullmatch(cursor):
            raise ValueError("No page was ever given this cursor")
        found: list[JobRecord] = []
        following = cursor or ""
        while True:
            jobs, following = self._step(owner, only, limit - len(found), following)
            found += jobs
            if not following or len(found) == limit:
                return found, following or None

    def _step(
        self, owner: str, only: JobFilter, limit: int, cursor: str
    ) -> tuple[list[JobRecord], str]:
        keys = self._keys.of_owner(owner)
        asked = [only.kind, only.status, only.document_id]
        found, following = self._list(
            keys=[keys.jobs_of(owner)],
            args=[owner, keys.base, cursor, limit, _MOST_IN_ONE_STEP, *asked],
        )
        jobs = [
            job_record(flat_hash(job), flat_hash(work), None, place) for job, work, place in found
        ]
        return jobs, following
