"""All that moves batches, over one Redis: what a machine of batches plays with."""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from redis import Redis

from shared.data.redis.admission import Admission
from shared.data.redis.batches import BatchStore
from shared.data.redis.job_events import JobEvents
from shared.data.redis.job_moves import JobMoves
from shared.data.redis.job_store import JobStore
from shared.data.redis.keys import KeySpace
from shared.data.redis.leases import LeaseStore
from shared.data.redis.sweeps import Sweeps
from shared.domain.identity import Caller, Credential, Tier, new_caller, session_caller
from shared.domain.limits import Rate, Service
from shared.jobs.batches import BatchPlan, KnownSection, SectionOrder, SectionResult, SectionSpot
from shared.jobs.leases import Claimant, Ending, GivenBack, Lease
from shared.jobs.names import JobKind, QueueName
from shared.jobs.policy import JobPolicy
from shared.jobs.records import JobOrder, Usage
from shared.jobs.states import Outcome, Status

RATE = Rate(Tier.ANONYMOUS, Service.SUGGESTIONS, 1_000_000)
POLICY = JobPolicy(retention_s=60, queue_depth=1000, bulk_window=2)
USER = "u" + "1" * 32
LIMIT_USD = 1.0  # of an owner; most batches cost some tenths
_NOTHING = KnownSection(SectionResult(), is_cached=False)
_numbers = itertools.count()


@dataclass(frozen=True)
class Wish:
    """What somebody asks for: sections by how they are known, and the terms of the whole."""

    sections: tuple[str, ...]
    cap_usd: float | None = None
    stops: bool = False
    mark: str | None = None
    key: str | None = None
    expires_in_ms: int | None = None

    @property
    def orders(self) -> list[SectionOrder]:
        """The sections as whoever plans them orders them, each time the same."""
        return [_order(n, what) for n, what in enumerate(self.sections, start=1)]

    @property
    def plan(self) -> BatchPlan:
        """What the sections share."""
        return BatchPlan(len(self.sections), '{"title":"T"}', self.stops, self.cap_usd)


def _order(n: int, what: str) -> SectionOrder:
    spot = SectionSpot(n, None, 100 * n, 100 * n + 100)
    if what == "known":
        return SectionOrder(spot, known=KnownSection(suggested(n), saved_usd=0.1))
    if what == "nothing":
        return SectionOrder(spot, known=_NOTHING)
    mark = what if what.startswith("mark") else None
    return SectionOrder(spot, input="{}", mark=mark, budget_ms=60_000, worst_usd=0.1 * (n % 3))


def suggested(n: int) -> SectionResult:
    """Return a result with as many suggestions as n leaves of three."""
    return SectionResult(
        [{"start": 7 * k, "end": 7 * k + 3, "original": "big"} for k in range(n % 3)]
    )


@dataclass
class BatchDesk:
    """Every step as web, planner, section writer and sweeper take it."""

    redis: Redis
    used: dict[str, Usage] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.space = space = KeySpace(1)
        self.keys = next(iter(space))
        self.admission = Admission(self.redis, space, POLICY, cache_is_here=True)
        self.jobs = JobStore(self.redis, space, POLICY)
        self.works = LeaseStore(self.redis, space, POLICY)
        self.batches = BatchStore(self.redis, space, POLICY)
        self.events = JobEvents(self.redis, space)
        self.moves = JobMoves(self.redis, space, POLICY)
        self._sweeps = Sweeps(self.redis, space, POLICY)
        self._newcomer: Caller | None = new_caller("127.0.0.1")
        made = self._newcomer
        self.session = made.owner
        self.caller = session_caller(made.session_id, Credential.HEADER, made.address)

    def submit(self, wish: Wish) -> str:
        """Ask for a batch; return the job's id."""
        order = JobOrder(
            JobKind.BATCH,
            QueueName.BULK,
            wish.mark and f"{self.caller.owner}{wish.mark}",
            None,
            "",
            {"model": "m", "offset_encoding": "utf-16"},
            "{}",
            60_000,
            "r",
            queue=QueueName.BULK_RESCUE,
            supersede_key=wish.key,
            expires_in_ms=wish.expires_in_ms,
            limit_usd=LIMIT_USD,
        )
        caller, self._newcomer = self._newcomer or self.caller, None
        return self.admission.admit(caller, order, RATE).job_id

    def claim(self, work: str, worker: str) -> Lease | None:
        """Take work as a message of its queue has it taken."""
        queue = self.redis.hget(self.keys.work(work), "queue") or ""
        return self.works.claim(work, queue, Claimant(worker, "m"), claim_id=f"c{next(_numbers)}")

    def spawn(self, lease: Lease, wish: Wish, steps: int | None = None) -> None:
        """Bring sections into being, in so many steps or to the end."""
        known = self.batches.earlier(lease)
        orders = [
            replace(one, known=known[one.spot]) if one.spot in known and not one.known else one
            for one in wish.orders
        ]
        for _ in islice(self.batches.spawn(lease, wish.plan, orders), steps):
            pass

    def finish(self, lease: Lease, status: Status, outcome: Outcome, share: float = 1.0) -> bool:
        """End work; of what one attempt can cost, it has cost this share."""
        done = suggested(self.number(lease))
        used = self._usage(lease, share)
        ending = Ending(status, outcome, done.to_json(), used, b'{"code":"X"}', done.events())
        is_held = self.works.finish(lease, ending, known_seq=self.seq(lease.work_id))
        if is_held and lease.kind is JobKind.SECTION:
            self.used[lease.work_id] = used
        return is_held

    def give_back(self, lease: Lease, wait_ms: int, share: float) -> GivenBack:
        """Leave work to others, or to a later moment."""
        used = self._usage(lease, share)
        given, _ = self.works.give_back(lease, "provider_backoff", used, wait_ms=wait_ms)
        if given is GivenBack.DONE and lease.kind is JobKind.SECTION:
            self.used[lease.work_id] = used
        return given

    def sweep(self) -> list[str]:
        """Do what the sweeper does; return the work that needs a message."""
        return [found.work_id for found in self._sweeps.sweep(QueueName)]

    def be_due(self, key: str, members: Sequence[str]) -> None:
        """Let the moment come that these wait for."""
        for member in members:
            self.redis.zadd(key, {member: 1}, xx=True)

    def log_in(self) -> None:
        """Let the session become a user; none of its jobs has been moved yet."""
        self.moves.end_session(self.session, USER)
        self.caller = Caller(
            owner=USER,
            tier=Tier.USER,
            address=self.caller.address,
            credential=Credential.BEARER,
            login_id="l",
        )

    def records(self) -> dict[str, dict[str, str]]:
        """Return what is kept of all work that is known, by id, in a steady order."""
        keys = sorted(self.redis.keys("*}:work:job_*"))
        found = self.all_of("hgetall", keys)
        return {record["id"]: record for record in found if "id" in record}

    def live_works(self, *kinds: JobKind) -> list[str]:
        """Return the work of these kinds that has not ended."""
        return [
            work
            for work, record in self.records().items()
            if record["kind"] in kinds and not Status(record["status"]).is_final
        ]

    def all_of(self, command: str, keys: Iterable[str], *args: object) -> list[Any]:
        """Return what a command tells of each of these keys, in one round trip."""
        with self.redis.pipeline(transaction=False) as pipe:
            for key in keys:
                getattr(pipe, command)(key, *args)
            return pipe.execute()

    def seq(self, work: str) -> int:
        """Return the number of the last entry in its log."""
        return int(self.redis.hget(self.keys.work(work), "seq") or 0)

    def number(self, lease: Lease) -> int:
        """Return which section of its batch this is; 0 for a batch."""
        payer = self.redis.hget(self.keys.work(lease.work_id), "payer")
        return int(self.redis.hget(self.keys.job(payer or ""), "n") or 0)

    def _usage(self, lease: Lease, share: float) -> Usage:
        worst = int(self.redis.hget(self.keys.work(lease.work_id), "worst_nusd") or 0)
        return lease.spent + Usage(10, 0, 1, int(worst * share) / 1e9)
