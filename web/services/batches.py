"""Takes documents to be improved section by section, and shows how far they are."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import orjson

from shared.data.redis.batches import BatchStore
from shared.data.redis.job_refusals import no_such_job
from shared.domain.batches import BatchRequest
from shared.domain.identity import Caller
from shared.domain.limits import Rate
from shared.domain.tariffs import Tariff
from shared.jobs.batches import BatchRecord, SectionRecord, SectionResult, SectionSpot
from shared.jobs.names import JobKind, QueueName
from shared.jobs.records import JobOrder, JobRecord
from shared.jobs.states import Status
from web.services.batch_departures import Departure
from web.services.jobs import JobDesk
from web.services.submissions import FrontDesk, RequestTerms, Submitted, template_told

# Sections wait for their turn behind all that is interactive, and for the provider's pace.
_BUDGET_MS = 7 * 24 * 3600 * 1000
_SECTIONS_AT_ONCE = 200  # that are looked through for those in one state


@dataclass(frozen=True)
class BatchDesk:
    """Takes orders for batches; the workers split them and fill them."""

    model: str
    engine: str
    front: FrontDesk
    jobs: JobDesk
    store: BatchStore
    tariff: Tariff

    def submit(
        self, read: Callable[[], BatchRequest], caller: Caller, terms: RequestTerms
    ) -> Submitted:
        """Return the caller's job: new, or following the same batch in flight.

        :raises AppError: as in `FrontDesk.receive`
        """

        def admit(request: BatchRequest, rate: Rate) -> Submitted:
            order = self._order(request, caller, terms)
            return self.front.submitted(self.front.admit(order, caller, rate), order, caller)

        return self.front.receive(read, admit, caller, terms)

    def find(self, batch_id: str, *, owner: str) -> JobRecord:
        """Return the batch's job, without its result.

        :raises NotFoundError: it is unknown, somebody else's, or a job of another kind
        :raises GoneError: its keeping time is over
        """
        job = self.jobs.find(batch_id, owner=owner, with_result=False)
        if job.kind is not JobKind.BATCH:
            raise no_such_job()
        return job

    def with_result(self, batch_id: str, *, owner: str, wait_s: float = 0) -> JobRecord:
        """Return it with its result; with `wait_s`, as soon as it is final, or as it is by then.

        :raises NotFoundError, GoneError: as in `find`
        """
        self.find(batch_id, owner=owner)
        return self.jobs.find(batch_id, owner=owner, wait_s=wait_s)

    def progress(self, job: JobRecord) -> BatchRecord:
        """Return how far the batch is."""
        batch, departure = self.store.find(job.work_id), self._departure(job)
        return departure.batch(batch) if departure else batch

    def sections(
        self, job: JobRecord, *, after: int, limit: int, only: Status | None
    ) -> tuple[Sequence[SectionRecord], str | None]:
        """Return sections in the order of the document, and the cursor of the next page."""
        found: list[SectionRecord] = []
        departure = self._departure(job)
        at_once = _SECTIONS_AT_ONCE if only else limit + 1
        while len(found) <= limit:
            read = self.store.sections(job.work_id, after=after, limit=at_once)
            seen = map(departure.section, read) if departure else read
            found += [each for each in seen if only in (None, each.status)]
            if len(read) < at_once:
                break
            after = read[-1].spot.n
        shown = found[:limit]
        return shown, str(shown[-1].spot.n) if len(found) > limit else None

    def results(self, job: JobRecord) -> Iterator[tuple[SectionSpot, SectionResult]]:
        """Yield what this job has seen succeed so far, in the order of the document."""
        departure = self._departure(job)
        for spot, result in self.store.results(job.work_id):
            if departure is None or spot.id in departure.ended:
                yield spot, result

    def _departure(self, job: JobRecord) -> Departure | None:
        if job.last_seq is None:
            return None
        return Departure.seen_in(self.jobs.history(job, 0), job.status)

    def _order(self, request: BatchRequest, caller: Caller, terms: RequestTerms) -> JobOrder:
        mark = request.work_mark(engine=self.engine, owner=caller.owner)
        is_limited = self.front.budgets.of(caller.tier) is not None and not self.tariff.is_free
        stored = {"owner": caller.owner, "request": request, "is_limited": is_limited}
        return JobOrder(
            **terms.in_order,
            kind=JobKind.BATCH,
            mark=None if terms.wants_fresh else mark,
            answer_mark=None,
            rendering="",
            about={
                "model": self.model,
                "template": template_told(request.prompt),
                "offset_encoding": request.offset_encoding,
                **request.source,
            },
            input=orjson.dumps(stored).decode(),
            budget_ms=_BUDGET_MS,
            # Its own steps are short, and must not wait behind its sections.
            queue=QueueName.BULK_RESCUE,
            # Each section pays as it begins; for the batch it is enough that something is left.
            price=None if self.tariff.is_free else float,
        )
