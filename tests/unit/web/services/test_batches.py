from dataclasses import replace

import orjson
import pytest

from shared.domain.batches import BatchRequest
from shared.domain.identity import Tier, new_caller
from shared.domain.limits import Allowance, Rate, Service
from shared.domain.prompts import Prompt
from shared.domain.tariffs import Tariff
from shared.domain.text import Span, TextFormat
from shared.errors import NotFoundError
from shared.jobs.batches import SectionRecord, SectionSpot
from shared.jobs.names import JobKind, QueueName
from shared.jobs.records import Admitted, JobRecord
from shared.jobs.states import Status
from web.services.batches import BatchDesk
from web.services.submissions import FrontDesk, RequestTerms

REQUEST = BatchRequest("A big plan.", Span(0, 11), TextFormat.TEXT, Prompt("Edit."), title="Plan")
TERMS = RequestTerms("req-1", lane=QueueName.BULK)
BATCH = JobRecord("job_1", "job_1", JobKind.BATCH, Status.RUNNING, "bulk", 0, 5)
SECTIONS = 450
SOMEONE = new_caller("a")


class FakeAdmission:
    """Accepts everything, and remembers the orders."""

    def __init__(self):
        self.orders = []

    def admit(self, caller, order, rate, known):
        self.orders.append(order)
        allowance = Allowance(Rate(Tier.ANONYMOUS, Service.BATCHES, 2), 1, 0)
        return Admitted("accepted", "job_1", 1, allowance, to_wake=("job_1",))


class FakeQueue:
    def __init__(self):
        self.woken = []

    def wake(self, work_id, queue):
        self.woken.append((work_id, queue))


class FakeStore:
    """Knows a batch of 450 sections, of which each third has failed."""

    def sections(self, work_id, *, after, limit):
        numbers = range(after + 1, min(after + limit, SECTIONS) + 1)
        return [SectionRecord(SectionSpot(n, None, n, n + 1), _status(n)) for n in numbers]


class FakeJobs:
    def find(self, job_id, *, owner, wait_s=0, with_result=True):
        return replace(BATCH, kind=JobKind(job_id))


def _status(n):
    return Status.SUCCEEDED if n % 3 else Status.FAILED


@pytest.fixture
def desk():
    front = FrontDesk(Service.BATCHES, 1.0, FakeAdmission(), None, FakeQueue())
    stores = {"jobs": FakeJobs(), "store": FakeStore()}
    return BatchDesk(model="m", engine="e", front=front, **stores, tariff=Tariff("m"))


def submitted(desk, request=REQUEST, terms=TERMS):
    desk.submit(lambda: request, SOMEONE, terms)
    return desk.front.admission.orders[-1]


class TestSubmit:
    def test_the_work_is_the_request_as_the_worker_reads_it(self, desk):
        stored = orjson.loads(submitted(desk).input)

        assert stored["owner"] == SOMEONE.owner
        assert stored["owner"].startswith("session:") or stored["owner"]
        assert BatchRequest.from_stored(stored["request"]) == REQUEST

    def test_its_own_steps_never_wait_behind_sections(self, desk):
        order = submitted(desk)

        assert (order.lane, order.queue) == (QueueName.BULK, QueueName.BULK_RESCUE)
        assert desk.front.queue.woken == [("job_1", QueueName.BULK_RESCUE)]

    def test_identical_ones_have_one_mark_and_others_another(self, desk):
        marks = [
            submitted(desk, request).mark
            for request in (REQUEST, REQUEST, replace(REQUEST, brief="For children."))
        ]

        assert marks[0] == marks[1] != marks[2]

    def test_one_that_is_to_be_fresh_has_none(self, desk):
        assert submitted(desk, terms=replace(TERMS, wants_fresh=True)).mark is None

    def test_every_view_of_the_job_tells_of_the_document(self, desk):
        order = submitted(desk, replace(REQUEST, document_id="doc_1", revision=3))

        assert (order.about["document_id"], order.about["revision"]) == ("doc_1", 3)


class TestFind:
    @pytest.mark.parametrize("kind", ["suggestion", "chat", "section"])
    def test_a_job_of_another_kind_is_no_batch(self, desk, kind):
        with pytest.raises(NotFoundError):
            desk.find(kind, owner="o")
        with pytest.raises(NotFoundError):
            desk.with_result(kind, owner="o")


def every_page(desk, limit, only):
    """Yield the numbers on each page."""
    cursor = "0"
    while cursor:
        page, cursor = desk.sections(BATCH, after=int(cursor), limit=limit, only=only)
        yield [section.spot.n for section in page]


class TestSections:
    @pytest.mark.parametrize("limit", [1, 50, 149, 150, 151, 200])
    @pytest.mark.parametrize("only", [None, Status.FAILED, Status.SUCCEEDED, Status.EXPIRED])
    def test_each_stands_on_one_page_and_all_are_full_but_the_last(self, desk, limit, only):
        pages = list(every_page(desk, limit, only))
        wanted = [n for n in range(1, SECTIONS + 1) if only in (None, _status(n))]

        assert [n for page in pages for n in page] == wanted
        assert all(len(page) == limit for page in pages[:-1])
        assert bool(pages[-1]) == bool(wanted)
