"""What a batch comes to for a job that left it, while another job stayed with the same work."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import orjson

from shared.jobs.batches import BatchRecord, SectionRecord
from shared.jobs.states import EventName, Status
from web.services.jobs import NumberedEvent


@dataclass(frozen=True)
class Departure:
    """Which sections had ended by then; the others ended for this job as it did itself.

    What is final never changes, however the work goes on.
    """

    status: Status
    ended: Mapping[str, Status]
    cached: int

    @classmethod
    def seen_in(cls, events: Iterable[NumberedEvent], status: Status) -> "Departure":
        """Return what the job's own events tell of it."""
        ended, cached = {}, 0
        for event in events:
            if event.name == EventName.SECTION_COMPLETED:
                told = orjson.loads(event.data)
                ended[told["section_id"]] = Status.SUCCEEDED
                cached += told["cached"]
            elif event.name == EventName.SECTION_FAILED:
                told = orjson.loads(event.data)
                ended[told["section_id"]] = Status(told["status"])
        return cls(status, ended, cached)

    def section(self, record: SectionRecord) -> SectionRecord:
        """Return the section as it was then."""
        if record.spot.id in self.ended:
            return record
        return SectionRecord(record.spot, self.status)

    def batch(self, record: BatchRecord) -> BatchRecord:
        """Return how far the batch was then."""
        counts = Counter(self.ended.values())
        counts[self.status] += record.total - len(self.ended)
        return BatchRecord(record.total, counts, self.cached, record.saved_usd, eta_ms=0)
