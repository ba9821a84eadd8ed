"""Publishes again what a dead process or a lost message has left behind."""

from dataclasses import dataclass

import structlog

from shared.data.redis.sweeps import Sweeps, Swept
from shared.errors import StoreUnavailableError
from shared.jobs.names import LANES, QueueName
from shared.jobs.queue import JobQueue, QueueUnavailableError

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Sweeper:
    """Safe to run in any number of processes: Redis gives each id to one of them."""

    sweeps: Sweeps
    queue: JobQueue

    def sweep(self) -> None:
        """One round over all lanes; a store or broker that is away is left to the next round."""
        for lane in LANES:
            try:
                self._sweep_lane(lane)
            except (StoreUnavailableError, QueueUnavailableError) as error:
                log.warning("sweep_put_off", lane=lane, why=type(error).__name__)

    def _sweep_lane(self, lane: QueueName) -> None:
        swept = self.sweeps.sweep(lane)
        for work_id in swept.lost:
            log.warning("work_taken_over", job_id=work_id)
            self.queue.publish(work_id, QueueName.RESCUE)
        for work_id in self._without_message(lane, swept):
            log.info("work_published_again", job_id=work_id)
            self.queue.publish(work_id, lane)

    def _without_message(self, lane: QueueName, swept: Swept) -> list[str]:
        """A long queue is no loss: publish no more than the messages that the queue is short of."""
        if not swept.overdue:
            return []
        missing = self.sweeps.waiting(lane) - self.queue.depth(lane)
        return swept.overdue[: max(0, missing)]
