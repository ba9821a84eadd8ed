"""What a worker, the sweeper or beat says of itself while it lives."""

from collections.abc import Iterable
from dataclasses import dataclass

from shared.jobs.names import QueueName

SILENT_MS = 10_000  # who says nothing for so long is gone
SWEEPER, BEAT = "sweeper", "beat"
LANES = tuple(sorted({queue.lane.value for queue in QueueName}))


@dataclass(frozen=True)
class WorkerState:
    """One process, or one node with the processes of its pool.

    `slots` is how much work it can do at once, `held` how much it does; the sweeper and beat take
    from no queue. What it says in ms is how long ago something was when it was heard last, for only
    the store's clock is everybody's: `seen_ms`.
    """

    name: str
    role: str
    host: str
    pid: int
    version: str
    up_ms: int
    queues: tuple[str, ...] = ()
    slots: int = 0
    held: int = 0
    idle_ms: int | None = None  # since the last delivery
    still_ms: int | None = None  # since its main loop turned
    seen_ms: int = 0

    @property
    def lanes(self) -> tuple[str, ...]:
        """The lanes that it takes work from."""
        known = [QueueName(queue).lane.value for queue in self.queues if queue in set(QueueName)]
        return tuple(dict.fromkeys(known))

    @property
    def started_ms(self) -> int:
        """When it began, by the store's clock."""
        return self.seen_ms - self.up_ms

    @property
    def last_delivery_ms(self) -> int | None:
        """When it was last given work, by the store's clock."""
        return None if self.idle_ms is None else self.seen_ms - self.idle_ms


def capacity(workers: Iterable[WorkerState]) -> dict[str, int]:
    """Return the slots of each lane; a lane without workers has none."""
    slots = dict.fromkeys(LANES, 0)
    for worker in workers:
        for lane in worker.lanes:
            slots[lane] += worker.slots
    return slots
