"""Publishes again what a dead process or a lost message has left behind."""

from dataclasses import dataclass

import structlog

from shared.data.redis.sweeps import LOST, OVERDUE, TURN, Found, Sweeps
from shared.errors import StoreUnavailableError
from shared.jobs.names import QueueName
from shared.jobs.queue import JobQueue, QueueUnavailableError
from shared.metrics.recorder import recorder

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Sweeper:
    """Safe to run in any number of processes: Redis gives each id to one of them."""

    sweeps: Sweeps
    queue: JobQueue

    def sweep(self) -> None:
        """One round; a store or broker that is away is left to the next one."""
        try:
            found = list(self.sweeps.sweep(QueueName))
            for work in found:
                if work.why == LOST:
                    recorder.work_taken_over(work.queue)
            self._publish([work for work in found if work.why != OVERDUE])
            for queue in QueueName:
                overdue = [w for w in found if w.why == OVERDUE and w.queue == queue]
                self._publish(self._without_message(overdue, queue))
        except (StoreUnavailableError, QueueUnavailableError) as error:
            log.warning("sweep_put_off", why=type(error).__name__)

    def _publish(self, found: list[Found]) -> None:
        for work in found:
            tell = log.debug if work.why == TURN else log.info
            tell("published_again", job_id=work.work_id, queue=work.queue, why=work.why)
            self.queue.publish(work.work_id, QueueName(work.queue))

    def _without_message(self, overdue: list[Found], queue: QueueName) -> list[Found]:
        """A long queue is no loss: publish no more than the messages that are missing from it."""
        if not overdue:
            return []
        missing = self.sweeps.waiting(queue) - self.queue.depth(queue)
        # Ids sort by time, and the oldest is the likeliest to be lost.
        return sorted(overdue, key=lambda work: work.work_id)[: max(0, missing)]
