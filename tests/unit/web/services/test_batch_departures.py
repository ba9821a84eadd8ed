import orjson

from shared.jobs.batches import BatchRecord, SectionRecord, SectionResult, SectionSpot
from shared.jobs.states import Status
from web.services.batch_departures import Departure
from web.services.jobs import NumberedEvent


def event(number, name, **data):
    return NumberedEvent(number, name, orjson.dumps(data).decode())


SEEN = [
    event(1, "section.started", section_id="sec_4"),
    event(2, "section.completed", section_id="sec_1", cached=True),
    event(3, "section.completed", section_id="sec_2", cached=False),
    event(4, "section.failed", section_id="sec_3", status="failed"),
    event(5, "job.cancelled", job={}),
]
LEFT = Departure.seen_in(SEEN, Status.CANCELLED)


def section(n):
    return SectionRecord(SectionSpot(n, None, n, n + 1), Status.SUCCEEDED, result=SectionResult())


class TestSection:
    def test_one_that_had_ended_is_as_it_is(self):
        assert LEFT.section(section(2)) == section(2)

    def test_one_that_ended_later_ended_with_the_job(self):
        later = LEFT.section(section(4))

        assert (later.status, later.result) == (Status.CANCELLED, None)


class TestBatch:
    def test_what_ended_later_does_not_count(self):
        later = BatchRecord(5, {Status.SUCCEEDED: 5}, cached=3, eta_ms=10)
        then = LEFT.batch(later)

        assert then.counts == {Status.SUCCEEDED: 2, Status.FAILED: 1, Status.CANCELLED: 2}
        assert (then.total, then.cached, then.eta_ms) == (5, 1, 0)
