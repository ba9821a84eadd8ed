"""What a worker may do with the work it holds: claim, renew, append, finish."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import orjson
from redis import Redis

from shared.data.redis import scripts
from shared.data.redis.admission import PUBLISH_AGAIN_MS
from shared.data.redis.answers import flat
from shared.data.redis.keys import KeySpace, PartitionKeys
from shared.jobs.failures import ended_with, out_of_time
from shared.jobs.records import Event, Usage
from shared.jobs.states import Outcome, Status

LEASE_MS = 4000


class Fate(StrEnum):
    """What a heartbeat learns about work that this process holds."""

    HELD = "held"
    STOP = "stop"
    LOST = "lost"


class GivenBack(StrEnum):
    """What came of giving work back."""

    DONE = "done"
    LOST = "lost"
    TOO_LATE = "too late"
    STOPPED = "stopped"


_GIVEN_BACK = {1: GivenBack.DONE, 0: GivenBack.LOST, -1: GivenBack.TOO_LATE, -2: GivenBack.STOPPED}


@dataclass(frozen=True)
class Lease:
    """The right to do one piece of work, until another claim raises the fence."""

    work_id: str
    fence: int
    attempt: int
    epoch: int
    waits: int
    seq: int
    queue: str
    remaining_ms: int
    input: str
    request_id: str
    trace: str


@dataclass(frozen=True)
class Ending:
    """How a piece of work ended; what was stopped ends as whoever stopped it wanted."""

    status: Status
    outcome: Outcome | None = None
    result: str = ""
    usage: Usage = field(default_factory=Usage)
    error: bytes = b""
    last_events: tuple[Event, ...] = ()


class LeaseStore:
    """Each step is one Lua script that checks the fence, so that a late worker changes nothing.

    Every method raises StoreUnavailableError when Redis is away.
    """

    def __init__(self, redis: Redis, keys: KeySpace, *, retention_s: int) -> None:
        self._keys = keys
        self._retention_ms = retention_s * 1000
        self._claim = scripts.load(redis, "claim")
        self._beat = scripts.load(redis, "beat")
        self._append = scripts.load(redis, "append")
        self._yield = scripts.load(redis, "yield")
        self._finish = scripts.load(redis, "finish")

    def claim(self, work_id: str, queue: str, *, model: str, worker: str) -> Lease | None:
        """Return the lease, or None when the work is done, gone, held, or for another queue."""
        keys = self._keys.of_job(work_id)
        if keys is None:
            return None
        verdict, *held = self._claim(
            keys=[
                keys.work(work_id),
                keys.input(work_id),
                keys.leases,
                keys.log(work_id),
                keys.members(work_id),
                keys.news,
            ],
            args=[
                work_id,
                LEASE_MS,
                orjson.dumps(model),
                worker,
                keys.base,
                self._retention_ms,
                queue,
                ended_with(out_of_time()),
            ],
        )
        return Lease(work_id, *held) if verdict == "claimed" else None

    def renew(self, leases: Iterable[Lease]) -> list[tuple[Lease, Fate]]:
        """Renew all, in one call for each partition; return what became of each."""
        fates: list[tuple[Lease, Fate]] = []
        for keys, held in self._by_partition(leases):
            answers = self._beat(
                keys=[keys.leases, *(keys.work(lease.work_id) for lease in held)],
                args=[LEASE_MS, *(part for x in held for part in (x.work_id, x.fence))],
            )
            fates += zip(held, map(Fate, answers), strict=True)
        return fates

    def append(self, lease: Lease, events: Sequence[Event], *, known_seq: int) -> int | None:
        """Add to the log and return its last number, or None when the lease is lost.

        `known_seq` is the last number that the holder knows of: an append that is repeated because
        its answer was lost adds nothing twice.
        """
        keys = self._keys_of(lease)
        seq = self._append(
            keys=[keys.work(lease.work_id), keys.log(lease.work_id), keys.news],
            args=[lease.work_id, lease.fence, known_seq, *flat(events)],
        )
        return int(seq) or None

    def give_back(self, lease: Lease, lane: str, why: str, *, wait_ms: int = 0) -> GivenBack:
        """Hand on what is not finished, at once or for later; the attempt is not charged."""
        keys = self._keys_of(lease)
        done = self._yield(
            keys=[
                keys.work(lease.work_id),
                keys.log(lease.work_id),
                keys.leases,
                keys.parked,
                keys.ready(lane),
                keys.news,
            ],
            args=[lease.work_id, lease.fence, why, wait_ms, PUBLISH_AGAIN_MS],
        )
        return _GIVEN_BACK[int(done)]

    def finish(self, lease: Lease, ending: Ending, *, known_seq: int) -> bool:
        """End the work and all jobs that wait for it; return False when the lease is lost."""
        keys = self._keys_of(lease)
        return bool(
            self._finish(
                keys=[
                    keys.work(lease.work_id),
                    keys.log(lease.work_id),
                    keys.result(lease.work_id),
                ],
                args=[
                    lease.work_id,
                    lease.fence,
                    ending.status,
                    ending.outcome or "",
                    ending.error,
                    orjson.dumps(ending.usage),
                    ending.result,
                    keys.base,
                    self._retention_ms,
                    known_seq,
                    *flat(ending.last_events),
                ],
            )
        )

    def _keys_of(self, lease: Lease) -> PartitionKeys:
        keys = self._keys.of_job(lease.work_id)
        if keys is None:
            raise ValueError(lease.work_id)
        return keys

    def _by_partition(self, leases: Iterable[Lease]) -> Iterable[tuple[PartitionKeys, list[Lease]]]:
        grouped: dict[PartitionKeys, list[Lease]] = {}
        for lease in leases:
            grouped.setdefault(self._keys_of(lease), []).append(lease)
        return grouped.items()
