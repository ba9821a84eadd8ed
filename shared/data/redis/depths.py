"""How much work there is, and how much has ended, over all partitions."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from redis import Redis

from shared.data.redis import scripts
from shared.data.redis.keys import KeySpace, PartitionKeys
from shared.jobs.names import QueueName
from shared.jobs.workers import LANES

QUEUED, LEASED, WAITING = STATES = ("queued", "leased", "waiting")
_HELD = (QueueName.BULK.value, "section")


@dataclass
class Depths:
    """Work by lane and state, jobs that ended by kind and outcome, failures by kind and code."""

    lanes: Counter[tuple[str, str]] = field(default_factory=Counter)
    ended: Counter[tuple[str, str]] = field(default_factory=Counter)
    failures: Counter[tuple[str, str]] = field(default_factory=Counter)
    shelf: int = 0


class DepthStore:
    """Reads one partition after the other, each in one step."""

    def __init__(self, redis: Redis, keys: KeySpace) -> None:
        self._keys = keys
        self._depths = scripts.load(redis, "depths")

    def read(self) -> Depths:
        """Return the sums over all partitions.

        :raises StoreUnavailableError: Redis is away
        """
        sums = Depths()
        for keys in self._keys:
            self._add(sums, keys)
        return sums

    def _add(self, sums: Depths, keys: PartitionKeys) -> None:
        shelf, ended, ready, held, leased, waiting = self._depths(
            keys=[
                *(keys.leases, keys.parked, keys.shelf, keys.ended),
                *map(keys.held, _HELD),
                *map(keys.active, LANES),
                *map(keys.ready, QueueName),
            ],
            args=[keys.base, len(LANES)],
        )
        sums.shelf += shelf
        sums.lanes[QueueName.BULK.value, QUEUED] += held
        for queue, count in zip(QueueName, ready, strict=True):
            sums.lanes[queue.lane.value, QUEUED] += count
        for state, (counts, besides) in ((LEASED, leased), (WAITING, waiting)):
            by_lane = zip(LANES, counts, strict=True)
            sums.lanes.update({(lane, state): count for lane, count in by_lane if count})
            sums.lanes.update((QueueName(queue).lane.value, state) for queue in besides)
        for name, count in _pairs(ended):
            kind, _, how = name.partition(":")
            outcome, _, code = how.partition(":")
            if code:
                sums.failures[kind, code] += count
            else:
                sums.ended[kind, outcome] += count


def _pairs(flat: Sequence[Any]) -> Iterator[tuple[str, int]]:
    for name, count in zip(flat[::2], flat[1::2], strict=True):
        yield name, int(count)
