"""What is kept of a batch and its sections, but for the steps that every kind of work takes."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import orjson
from redis import Redis

from shared.data.redis import scripts
from shared.data.redis.batch_records import NUSD, batch_record
from shared.data.redis.batch_sections import SectionReader
from shared.data.redis.client import unavailable_when_away
from shared.data.redis.job_records import flat_hash
from shared.data.redis.keys import KeySpace, PartitionKeys, new_job_id
from shared.errors import ProcessingError
from shared.jobs.batches import (
    BatchPlan,
    BatchRecord,
    KnownSection,
    SectionOrder,
    SectionRecord,
    SectionResult,
    SectionSpot,
)
from shared.jobs.leases import Lease
from shared.jobs.policy import PUBLISH_AGAIN_MS, JobPolicy
from shared.jobs.states import Status

_AT_ONCE = 100  # sections that one step brings into being


class BatchStore:
    """Every method raises StoreUnavailableError when Redis is away."""

    def __init__(self, redis: Redis, keys: KeySpace, policy: JobPolicy) -> None:
        self._redis: Any = redis
        self._keys = keys
        self._policy = policy
        self._spawn = scripts.load(redis, "spawn")
        self._set_out = scripts.load(redis, "set_out")
        self._common = scripts.load(redis, "common")
        self._look = scripts.load(redis, "look_batch")
        self._sections = SectionReader(redis, keys)

    def spawn(
        self, lease: Lease, plan: BatchPlan, orders: Sequence[SectionOrder]
    ) -> Iterator[tuple[str, ...]]:
        """Bring the sections into being, some at a time; yield the work that needs a message then.

        Safe to repeat: what is there already is passed over. It ends early when the lease is lost.

        :raises ProcessingError: an earlier attempt has planned other sections
        """
        keys = self._keys.of_work(lease.work_id)
        terms = self._terms(lease, plan, orders)
        for some in _portions(orders):
            verdict, *wakes = self._spawn(
                keys=[
                    keys.work(lease.work_id),
                    keys.batch(lease.work_id),
                    keys.plan(lease.work_id),
                    keys.common(lease.work_id),
                    keys.news,
                ],
                args=[*terms, *(part for order in some for part in _packed(order, keys))],
            )
            if verdict == -1:
                raise ProcessingError("The batch was planned otherwise before")
            if verdict == 0:
                return
            yield tuple(wakes[0])

    def set_out(self, lease: Lease) -> bool:
        """Leave the batch to its sections, the last of which ends it; False: the lease is lost.

        Safe to repeat. Where no section is left to wait for the batch ends here.
        """
        keys = self._keys.of_work(lease.work_id)
        return bool(
            self._set_out(
                keys=[
                    keys.work(lease.work_id),
                    keys.batch(lease.work_id),
                    keys.log(lease.work_id),
                    keys.news,
                ],
                args=[lease.work_id, lease.fence, keys.base, self._policy.retention_ms],
            )
        )

    def common(self, section_id: str) -> str | None:
        """Return what the sections of this one's batch share, or None when nobody waits for it."""
        keys = self._keys.of_work(section_id)
        found = self._common(keys=[keys.work(section_id)], args=[section_id, keys.base])
        return None if found is None else str(found)

    def earlier(self, lease: Lease) -> Mapping[SectionSpot, KnownSection]:
        """Return what the batch that this one tries again has done whole; empty for a first try."""
        keys = self._keys.of_work(lease.work_id)
        with unavailable_when_away():
            earlier = self._redis.hget(keys.batch(lease.work_id), "earlier")
        if not earlier:
            return {}
        return {
            one.spot: KnownSection(one.result, saved_usd=one.cost_usd or 0.0)
            for one in self._sections.all(str(earlier))
            if one.result and not one.is_partial
        }

    def find(self, work_id: str) -> BatchRecord:
        """Return how far the batch is; one that is not planned yet has no sections."""
        keys = self._keys.of_work(work_id)
        batch, live, now_ms, is_final = self._look(
            keys=[keys.batch(work_id), keys.children(work_id), keys.work(work_id)],
            args=[keys.base],
        )
        counted = {Status(name): int(count) for name, count in flat_hash(live).items()}
        return batch_record(flat_hash(batch), counted, now_ms=now_ms, is_final=bool(is_final))

    def sections(self, work_id: str, *, after: int, limit: int) -> Sequence[SectionRecord]:
        """Return the sections behind number `after`, in document order."""
        return self._sections.some(work_id, after=after, limit=limit)

    def results(self, work_id: str) -> Iterator[tuple[SectionSpot, SectionResult]]:
        """Yield what has succeeded so far, in document order."""
        for one in self._sections.all(work_id):
            if one.result:
                yield one.spot, one.result

    def _terms(
        self, lease: Lease, plan: BatchPlan, orders: Sequence[SectionOrder]
    ) -> tuple[Any, ...]:
        return (
            lease.work_id,
            lease.fence,
            self._keys.of_work(lease.work_id).base,
            self._policy.bulk_window,
            PUBLISH_AGAIN_MS,
            _digest(orders),
            len(orders),
            int(plan.stops_on_error),
            "" if plan.max_cost_usd is None else int(plan.max_cost_usd * NUSD),
            plan.common,
        )


def _packed(order: SectionOrder, keys: PartitionKeys) -> list[Any]:
    """Return the section as the script takes it."""
    spot, known = order.spot, order.known
    terms: dict[str, Any] = {"n": spot.n, "shift": spot.start}
    if known:
        terms |= {"cached": known.is_cached, "saved_nusd": round(known.saved_usd * NUSD)}
    else:
        terms |= {"id": new_job_id(keys), "budget_ms": order.budget_ms}
    if order.mark:
        terms["mark"] = order.mark
    if order.worst_usd is not None:
        terms["worst_nusd"] = -int(-order.worst_usd * NUSD // 1)
    told = [event.data for event in known.result.events()] if known else []
    result = known.result.to_json() if known else ""
    spotted = orjson.dumps(spot)
    name = orjson.dumps(spot.custom_id)
    return [orjson.dumps(terms), spotted, name, order.input, result, len(told), *told]


def _digest(orders: Sequence[SectionOrder]) -> str:
    """Tell one plan from another: by where its sections stand, whatever is known of them by now."""
    return hashlib.sha256(orjson.dumps([order.spot for order in orders])).hexdigest()


def _portions(orders: Sequence[SectionOrder]) -> Iterator[Sequence[SectionOrder]]:
    rest = iter(orders)
    while some := tuple(islice(rest, _AT_ONCE)):
        yield some
