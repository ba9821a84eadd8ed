"""The Redis side of the house with one caller in it, for tests."""

import itertools
from dataclasses import replace

from redis import Redis

from shared.data.redis.admission import Admission
from shared.data.redis.answers import AnswerCache
from shared.data.redis.job_events import JobEvents
from shared.data.redis.job_store import JobStore
from shared.data.redis.keys import KeySpace
from shared.data.redis.leases import LeaseStore
from shared.data.redis.limits import Gate
from shared.data.redis.sweeps import Sweeps
from shared.domain.identity import Credential, Tier, new_caller
from shared.domain.limits import Rate, Service
from shared.jobs.leases import Claimant, Ending
from shared.jobs.names import JobKind, QueueName
from shared.jobs.policy import JobPolicy
from shared.jobs.records import Event, Idempotency, JobOrder
from shared.jobs.states import EventName, Outcome, Status

RETENTION_S = 100
POLICY = JobPolicy(RETENTION_S, queue_depth=1000, bulk_window=2)
CLAIMANT = Claimant(worker="w", model="m")
PLENTY = Rate(Tier.ANONYMOUS, Service.SUGGESTIONS, 1000)
ORDER = JobOrder(
    kind=JobKind.SUGGESTION,
    lane=QueueName.INTERACTIVE,
    mark=None,
    answer_mark=None,
    rendering="utf-16:20",
    about={"model": "m", "template": None},
    input='{"text": "…"}',
    budget_ms=60_000,
    request_id="req-1",
)
CREATED = Event(EventName.SUGGESTION_CREATED, '{"suggestion":{"id":"sg_1"}}')
SUCCESS = Ending(Status.SUCCEEDED, Outcome.COMPLETE, result='{"suggestions":[]}')
FAILURE = Ending(Status.FAILED, error=b'{"code":"PROVIDER_ERROR"}')


class OldRedis(Redis):
    """Says of its server that it has been up for an hour."""

    def info(self, *_, **__):
        return {"uptime_in_seconds": 3600}


class RedisHouse:
    """Everything that moves jobs, over one database."""

    def __init__(self, redis, partitions=1):
        self.redis = redis
        self._claims = itertools.count(1)
        self.keys = KeySpace(partitions)
        self.partition = self.keys.of_owner("")
        self.gate = Gate(redis, self.keys)
        self.admission = Admission(redis, self.keys, POLICY, cache_is_here=True)
        self.answers = AnswerCache(redis, self.keys)
        self.jobs = JobStore(redis, self.keys, POLICY)
        self.leases = LeaseStore(redis, self.keys, POLICY)
        self.events = JobEvents(redis, self.keys)
        old = OldRedis(connection_pool=redis.connection_pool)
        self.sweeps = Sweeps(old, self.keys, POLICY)
        self.caller = self.enter()

    def enter(self, address="192.0.2.1"):
        """Return a caller whose session is alive."""
        caller = new_caller(address)
        self.gate.enter(caller, PLENTY)
        return replace(caller, credential=Credential.HEADER)

    def submit(self, caller=None, *, rate=PLENTY, known=None, **order):
        return self.admission.admit(
            caller or self.caller, replace(ORDER, **order), rate, known=known
        )

    def submit_under(self, key, body="digest", **order):
        return self.submit(idempotency=Idempotency("suggestions", key, body), **order)

    def claim(self, admitted, claimant=CLAIMANT):
        queue = self.redis.hget(self.partition.work(admitted.job_id), "queue") or ""
        claim_id = f"claim-{next(self._claims)}"
        return self.leases.claim(admitted.job_id, queue, claimant, claim_id=claim_id)

    def append(self, lease, events):
        return self.leases.append(lease, events, known_seq=self._seq(lease))

    def finish(self, lease, ending):
        return self.leases.finish(lease, ending, known_seq=self._seq(lease))

    def _seq(self, lease):
        return int(self.redis.hget(self.partition.work(lease.work_id), "seq") or 0)

    def begin(self, **order):
        """Submit and claim."""
        admitted = self.submit(**order)
        return admitted, self.claim(admitted)

    def find(self, admitted, caller=None):
        return self.jobs.find(admitted.job_id, owner=(caller or self.caller).owner)

    def cancel(self, admitted, caller=None):
        return self.jobs.cancel(admitted.job_id, owner=(caller or self.caller).owner)

    def lapse(self, lease):
        """Let the lease run out, as when its worker is dead."""
        self.redis.zadd(self.partition.leases, {lease.work_id: 0})

    def wait_over(self, lease):
        """Let the moment come until which the work waits."""
        self.redis.zadd(self.partition.parked, {lease.work_id: 0})

    def overdue(self, admitted):
        """Let the moment come at which its message counts as lost."""
        self.redis.zadd(self.partition.ready(QueueName.INTERACTIVE), {admitted.job_id: 0})

    def sweep(self):
        """Return what needs a message: work, queue and why."""
        return [(one.work_id, one.queue, one.why) for one in self.sweeps.sweep(QueueName)]

    def log(self, admitted):
        """Return the names in the log of its work."""
        return [entry.name for entry in self.entries(admitted)]

    def entries(self, admitted):
        work_id = self.redis.hget(self.partition.job(admitted.job_id), "work")
        return self.events.read({work_id: "0-0"})[work_id]

    def lives(self):
        """Return the time to live of each key that belongs to a job, in ms; -1 is for ever."""
        pattern = self.partition.base.replace("{", "[{]").replace("}", "[}]")
        kinds = ("job", "work", "input", "result", "log", "members", "inflight")
        return {
            key: self.redis.pttl(key)
            for kind in kinds
            for key in self.redis.scan_iter(f"{pattern}{kind}:*")
        }


def dead_caller(address="192.0.2.1"):
    """Return one whose session no store knows."""
    return replace(new_caller(address), credential=Credential.HEADER)
