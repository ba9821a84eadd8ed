"""Lists an owner's jobs."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from redis import Redis

from shared.data.redis import scripts
from shared.data.redis.job_homes import JobHomes
from shared.data.redis.job_records import flat_hash, job_record
from shared.data.redis.keys import KeySpace, PartitionKeys
from shared.jobs.records import JobFilter, JobRecord

_CURSOR = re.compile(r"[0-9]{1,15}-job_[0-9a-f]{32}p[0-9]{1,4}")
# Redis does nothing else meanwhile.
_MOST_IN_ONE_STEP = 1000


@dataclass(frozen=True)
class _Listed:
    """A job, and its place among all of its owner's."""

    created_ms: int
    job: JobRecord

    @property
    def place(self) -> tuple[int, str]:
        return self.created_ms, self.job.id


class JobLists:
    """An owner's jobs, the newest first; those whose keeping time is over are left out."""

    def __init__(self, redis: Redis, keys: KeySpace) -> None:
        self._homes = JobHomes(redis, keys)
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
        found: list[_Listed] = []
        for home in self._homes.of(owner):
            # One more than is shown tells whether there are more.
            found += self._newest(home, owner, only, limit + 1, cursor or "")
        shown = sorted(found, key=lambda each: each.place, reverse=True)[:limit]
        jobs = [each.job for each in shown]
        if len(found) <= limit:
            return jobs, None
        created_ms, job_id = shown[-1].place
        return jobs, f"{created_ms}-{job_id}"

    def _newest(
        self, home: PartitionKeys, owner: str, only: JobFilter, limit: int, cursor: str
    ) -> list[_Listed]:
        asked = [only.kind, only.status, only.document_id]
        found: list[_Listed] = []
        following = cursor
        while True:
            jobs, following = self._list(
                keys=[home.jobs_of(owner)],
                args=[owner, home.base, following, limit - len(found), _MOST_IN_ONE_STEP, *asked],
            )
            found += [
                _Listed(int(created), job_record(flat_hash(job), flat_hash(work), None, place))
                for job, work, place, created in jobs
            ]
            if not following or len(found) == limit:
                return found
