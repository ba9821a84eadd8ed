"""A house with one batch in it, for tests."""

from dataclasses import replace
from itertools import islice

import orjson

from shared.data.redis.batches import BatchStore
from shared.jobs.batches import BatchPlan, SectionOrder, SectionResult, SectionSpot
from shared.jobs.leases import Ending
from shared.jobs.names import JobKind, QueueName
from shared.jobs.records import Usage
from shared.jobs.states import Outcome, Status
from tests.unit.shared.data.redis_house import CLAIMANT, ORDER, POLICY, RedisHouse

USED = Usage(100, 0, 10, 0.002)
REFUSED = b'{"code":"CONTENT_REFUSED","message":"m"}'
BATCH = {
    "kind": JobKind.BATCH,
    "lane": QueueName.BULK,
    "queue": QueueName.BULK_RESCUE,
    "about": dict(ORDER.about) | {"offset_encoding": "utf-16"},
}


def spot(n, start=None, name=None):
    at = (n - 1) * 100 if start is None else start
    return SectionSpot(n, name, at, at + 100)


def section(n, **more):
    """Return an order for the n-th section, 100 long."""
    order = SectionOrder(spot(n), input=f'{{"n":{n}}}', budget_ms=60_000)
    return replace(order, **more)


def result(*starts):
    """Return suggestions at these places of a section."""
    made = [{"id": "sg_9", "start": at, "end": at + 3, "original": "big"} for at in starts]
    return SectionResult(made, {"AMBIGUOUS": 1})


class BatchHouse(RedisHouse):
    """Moves one batch and its sections."""

    def __init__(self, redis):
        super().__init__(redis)
        self.batches = BatchStore(redis, self.keys, POLICY)

    def plan(self, *orders, claims=None, total=None, steps=None, **terms):
        """Begin a batch and spawn its sections, in so many steps, but do not set out."""
        self.batch, lease = claims or self.begin(**BATCH)
        plan = BatchPlan(total or len(orders), '{"title":"T"}', **terms)
        spawned = islice(self.batches.spawn(lease, plan, orders), steps)
        self.woken = [one for some in spawned for one in some]
        return lease

    def set_out(self, *orders, **terms):
        """Begin a batch that waits for these sections; return their ids, by number."""
        lease = self.plan(*orders, **terms)
        assert self.batches.set_out(lease)
        return self.children()

    def children(self):
        live = self.redis.hgetall(self.partition.children(self.batch.job_id))
        return {int(n): job for n, job in live.items()}

    def take(self, section_id):
        """Claim a section."""
        queue = self.redis.hget(self.partition.work(section_id), "queue")
        claim_id = f"claim-{next(self._claims)}"
        return self.leases.claim(section_id, queue, CLAIMANT, claim_id=claim_id)

    def succeed(self, lease, *starts, usage=USED, outcome=Outcome.COMPLETE, **more):
        done = result(*starts)
        ending = Ending(Status.SUCCEEDED, outcome, done.to_json(), usage, last_events=done.events())
        ending = replace(ending, **more)
        assert self.leases.finish(lease, ending, known_seq=0)

    def fail(self, lease):
        assert self.leases.finish(lease, Ending(Status.FAILED, error=REFUSED), known_seq=0)

    def stop(self, lease):
        """End a section as its worker does when it hears that it is to stop."""
        assert self.leases.finish(lease, Ending(Status.CANCELLED, usage=USED), known_seq=0)

    def job(self):
        return self.find(self.batch)

    def told(self, name=""):
        """Return the data of the batch's events of this name, or all names."""
        entries = self.entries(self.batch)
        if not name:
            return [entry.name for entry in entries]
        return [orjson.loads(entry.data) for entry in entries if entry.name == name]

    def counts(self):
        found = self.batches.find(self.batch.job_id).counts
        return {status.value: count for status, count in found.items() if count}

    def states(self):
        found = self.batches.sections(self.batch.job_id, after=0, limit=100)
        return [one.status.value for one in found]
