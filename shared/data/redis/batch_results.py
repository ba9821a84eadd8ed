"""Puts the result of a batch together, once for each process that is asked for it."""

import threading
from collections import OrderedDict

from redis import Redis

from shared.data.redis.batch_records import batch_result
from shared.data.redis.batch_sections import SectionReader
from shared.data.redis.keys import KeySpace
from shared.jobs.records import JobRecord

# 3,000 suggestions take 1 MB, and a quarter of a second of a busy core to put together.
_MOST_CHARACTERS = 32_000_000


class BatchResults:
    """A batch that has succeeded never changes; whoever asks has been shown to own its job."""

    def __init__(self, redis: Redis, keys: KeySpace) -> None:
        self._sections = SectionReader(redis, keys)
        self._known: OrderedDict[str, str] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def of(self, job: JobRecord) -> str:
        """Return the result as JSON.

        :raises StoreUnavailableError: Redis is away
        """
        with self._lock:
            known = self._known.get(job.id)
            if known is not None:
                self._known.move_to_end(job.id)
                return known
        made = batch_result(job, self._sections.all(job.work_id))
        self._keep(job.id, made)
        return made

    def _keep(self, job_id: str, result: str) -> None:
        with self._lock:
            if job_id not in self._known:
                self._size += len(result)
            self._known[job_id] = result
            while self._size > _MOST_CHARACTERS:
                _, oldest = self._known.popitem(last=False)
                self._size -= len(oldest)
