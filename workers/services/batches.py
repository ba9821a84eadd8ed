"""Plans batches: the worker's half of what `web.services.batches` takes, before any section."""

from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from shared.data.redis.batches import BatchStore
from shared.domain.batches import BatchRequest, OnError
from shared.domain.section_prompts import DocumentBrief
from shared.domain.section_requests import SectionTerms
from shared.jobs.batches import BatchPlan, SectionOrder
from shared.jobs.names import QueueName
from shared.jobs.queue import JobQueue
from workers.services.batch_layouts import lay_out
from workers.services.claims import Claim
from workers.services.interrupts import LeaseLostError
from workers.services.patience import keep_trying
from workers.services.section_orders import SectionOrders


@dataclass(frozen=True)
class BatchPlanner:
    """Cuts a document into sections, takes what is known of them, and deals out the rest."""

    orders: SectionOrders
    batches: BatchStore
    queue: JobQueue

    def write(self, claim: Claim) -> None:
        """Bring the batch's sections into being, and leave it to them: the last one ends it.

        Whoever repeats this comes to the same sections, and what is there by then stays as it is.

        :raises AppError: what the batch ends with; the claim records it
        """
        order = orjson.loads(claim.lease.input)
        request = BatchRequest.from_stored(order["request"])
        hears = claim.interrupt.check
        earlier = keep_trying(claim.interrupt, lambda: self.batches.earlier(claim.lease))
        laid = lay_out(request, model=self.orders.model)
        hears()
        terms = _terms(request, laid.document, owner=claim.lease.owner or order["owner"])
        orders = self.orders.of(terms, laid.sections, earlier, hears)
        if request.max_cost_usd is not None or order.get("is_limited"):
            orders = self.orders.priced(terms, orders)
        stops = request.on_error is OnError.STOP
        plan = BatchPlan(len(orders), terms.to_json(), stops, request.max_cost_usd)

        keep_trying(claim.interrupt, lambda: self._spawn(claim, plan, orders))
        self._set_out(claim)

    def _spawn(self, claim: Claim, plan: BatchPlan, orders: Sequence[SectionOrder]) -> None:
        for to_wake in self.batches.spawn(claim.lease, plan, orders):
            for work_id in to_wake:
                self.queue.wake(work_id, QueueName.BULK)
            claim.interrupt.check()

    def _set_out(self, claim: Claim) -> None:
        """Leave the batch to its sections; another thread may be about to end this attempt.

        :raises LeaseLostError: it was the first, or the lease is another worker's
        """
        if not claim.is_first_to_end():
            raise LeaseLostError
        if not keep_trying(claim.interrupt, lambda: self.batches.set_out(claim.lease)):
            raise LeaseLostError


def _terms(request: BatchRequest, document: DocumentBrief, *, owner: str) -> SectionTerms:
    return SectionTerms(
        request.prompt,
        request.format,
        document,
        request.offset_encoding,
        request.max_suggestions,
        request.keep_answers,
        request.is_fresh,
        owner,
    )
