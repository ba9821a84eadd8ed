"""What a worker may do with the work it holds: claim, renew, append, finish."""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any

import orjson
from redis import Redis

from shared.data.redis import scripts
from shared.data.redis.answers import flat
from shared.data.redis.keys import KeySpace, PartitionKeys
from shared.errors import BudgetExceededError
from shared.jobs.failures import ended_with, out_of_time
from shared.jobs.leases import Claimant, Ending, Fate, GivenBack, Lease, Wait
from shared.jobs.names import JobKind
from shared.jobs.policy import PUBLISH_AGAIN_MS, JobPolicy
from shared.jobs.records import Event, Usage

LEASE_MS = 4000
_GIVEN_BACK = {1: GivenBack.DONE, 0: GivenBack.LOST, -1: GivenBack.TOO_LATE, -2: GivenBack.STOPPED}


class LeaseStore:
    """Each step is one Lua script that checks the fence, so that a late worker changes nothing.

    Every method raises StoreUnavailableError when Redis is away.
    """

    def __init__(self, redis: Redis, keys: KeySpace, policy: JobPolicy) -> None:
        self._keys = keys
        self._policy = policy
        self._claim = scripts.load(redis, "claim")
        self._beat = scripts.load(redis, "beat")
        self._append = scripts.load(redis, "append")
        self._yield = scripts.load(redis, "yield")
        self._finish = scripts.load(redis, "finish")

    def claim(self, work_id: str, queue: str, claimant: Claimant, *, claim_id: str) -> Lease | None:
        """Return the lease, or None when the work is done, gone, held, or for another queue.

        With the same `claim_id` it is safe to repeat, as when the answer was lost.
        """
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
                orjson.dumps(claimant.model),
                claimant.worker,
                keys.base,
                self._policy.retention_ms,
                queue,
                ended_with(out_of_time()),
                claim_id,
                self._policy.bulk_window,
                PUBLISH_AGAIN_MS,
                ended_with(BudgetExceededError("What this may cost is spent")),
            ],
        )
        return _lease(work_id, held) if verdict == "claimed" else None

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
        keys = self._keys.of_work(lease.work_id)
        seq = self._append(
            keys=[keys.work(lease.work_id), keys.log(lease.work_id), keys.news],
            args=[lease.work_id, lease.fence, known_seq, *flat(events)],
        )
        return int(seq) or None

    def give_back(
        self, lease: Lease, why: str, usage: Usage, *, wait_ms: int = 0
    ) -> tuple[GivenBack, str]:
        """Hand on what is not finished, at once or for later; the attempt is not charged.

        Return what came of it, and the queue in which the work waits for its next try.

        `usage` is what has been used so far, the tries before included.
        """
        return self.put_off(lease, Wait(why, wait_ms), usage)

    def put_off(self, lease: Lease, wait: Wait, usage: Usage) -> tuple[GivenBack, str]:
        """Hand on what is not finished, as `give_back` does; the wait says what counts."""
        keys = self._keys.of_work(lease.work_id)
        done, queue = self._yield(
            keys=[
                keys.work(lease.work_id),
                keys.log(lease.work_id),
                keys.leases,
                keys.parked,
                keys.news,
            ],
            args=[
                lease.work_id,
                lease.fence,
                wait.reason,
                wait.wait_ms,
                PUBLISH_AGAIN_MS,
                keys.base,
                orjson.dumps(usage),
                int(wait.is_try),
                int(wait.stops_clock),
            ],
        )
        return _GIVEN_BACK[int(done)], str(queue)

    def finish(self, lease: Lease, ending: Ending, *, known_seq: int) -> bool:
        """End the work and all jobs that wait for it; return False when the lease is lost."""
        keys = self._keys.of_work(lease.work_id)
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
                    self._policy.retention_ms,
                    known_seq,
                    ending.answered_by,
                    *flat(ending.last_events),
                ],
            )
        )

    def _by_partition(self, leases: Iterable[Lease]) -> Iterable[tuple[PartitionKeys, list[Lease]]]:
        grouped: dict[PartitionKeys, list[Lease]] = {}
        for lease in leases:
            grouped.setdefault(self._keys.of_work(lease.work_id), []).append(lease)
        return grouped.items()


def _lease(work_id: str, held: Sequence[Any]) -> Lease:
    named = dict(zip([each.name for each in fields(Lease)], (work_id, *held), strict=True))
    spent = named["spent"]
    named["spent"] = Usage(**orjson.loads(spent)) if spent else Usage()
    named["kind"] = JobKind(named["kind"])
    named["to_wake"] = tuple(named["to_wake"])
    return Lease(**named)
