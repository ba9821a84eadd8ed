"""Reads the sections of a batch."""

from collections.abc import Iterator, Sequence

from redis import Redis

from shared.data.redis import scripts
from shared.data.redis.batch_records import section_record
from shared.data.redis.keys import KeySpace
from shared.jobs.batches import SectionRecord

_AT_ONCE = 250


class SectionReader:
    """Every method raises StoreUnavailableError when Redis is away."""

    def __init__(self, redis: Redis, keys: KeySpace) -> None:
        self._keys = keys
        self._sections = scripts.load(redis, "sections")

    def some(self, work_id: str, *, after: int, limit: int) -> Sequence[SectionRecord]:
        """Return the sections behind number `after`, in document order."""
        keys = self._keys.of_work(work_id)
        found = self._sections(
            keys=[keys.plan(work_id), keys.outcomes(work_id), keys.children(work_id)],
            args=[keys.base, after, limit],
        )
        return [section_record(*one) for one in found]

    def all(self, work_id: str) -> Iterator[SectionRecord]:
        """Yield all that there are by now, in document order."""
        after = 0
        while found := self.some(work_id, after=after, limit=_AT_ONCE):
            yield from found
            after += len(found)
