"""Holds the work that this process does: claims it, keeps it, and stops what must stop."""

import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from shared.data.redis.leases import LeaseStore
from shared.errors import StoreUnavailableError
from shared.jobs.leases import Claimant, Fate, Lease
from shared.jobs.names import QueueName
from shared.jobs.queue import JobQueue
from shared.metrics.recorder import recorder
from shared.traces.spans import Kind
from shared.traces.tracing import tracing
from workers.services.claims import Claim, end_by, ended_by_one_rule
from workers.services.interrupts import (
    HandedBackError,
    Interrupt,
    LeaseLostError,
    StoppedError,
)
from workers.services.patience import patiently

BEAT_S = 0.5
_TICK_S = 0.25
_CLAIM_PATIENCE_S = 10.0
_DEAF_S = 0.3

log = structlog.get_logger(__name__)


class Leases:
    """All claims of this process, and the thread that renews them and stops what must stop."""

    def __init__(self, store: LeaseStore, queue: JobQueue, claimant: Claimant) -> None:
        self._store = store
        self._queue = queue
        self._claimant = claimant
        self._claims: dict[Lease, Claim] = {}
        self._lock = threading.Lock()
        self._beating: threading.Thread | None = None
        self._leaving = threading.Event()

    @contextmanager
    def claim(self, work_id: str, queue: str) -> Iterator[Claim | None]:
        """Give the work, or None when it is done, gone or held by another, or we are leaving.

        Leaving the block ends the lease; an error there becomes the end of the job.
        """
        if self._leaving.is_set():
            self._queue.wake(work_id, QueueName(queue))
            yield None
            return
        claim_id = secrets.token_hex(8)
        lease = patiently(
            lambda: self._store.claim(work_id, queue, self._claimant, claim_id=claim_id),
            _CLAIM_PATIENCE_S,
        )
        if lease is None:
            yield None
            return
        is_first = lease.fence == 1
        recorder.work_claimed(lease.queue, lease.waited_ms / 1000 if is_first else None)
        lane = QueueName(lease.queue).lane.value
        interrupt = Interrupt(total_s=lease.remaining_ms / 1000, name=work_id, lane=lane)
        claim = Claim(lease, interrupt, self._store)
        self._hold(claim)
        if self._leaving.is_set():  # since we asked: nobody may be left to hand it on
            claim.interrupt.stop(HandedBackError())
        try:
            for other in lease.to_wake:  # a broker that hangs must not cost us the lease
                self._queue.wake(other, QueueName.BULK)
            with _told_of(lease), _traced(lease):
                yield from ended_by_one_rule(claim, self._wake_another)
        finally:
            self._release(claim)

    def drain(self, grace_s: float) -> None:
        """Take nothing new; give what is not done after `grace_s` to other workers."""
        self._leaving.set()
        ends_at = time.monotonic() + grace_s
        while self._held() and time.monotonic() < ends_at:
            time.sleep(_TICK_S)
        while held := self._held():
            for claim in held:  # again and again: a call that is connecting has nothing to shut yet
                claim.interrupt.stop(HandedBackError())
            time.sleep(_TICK_S)

    @property
    def held(self) -> int:
        """How much work this process has in hand."""
        return len(self._held())

    def _wake_another(self, claim: Claim) -> None:
        if claim.given_to:
            self._queue.wake(claim.lease.work_id, QueueName(claim.given_to))

    def _held(self) -> list[Claim]:
        with self._lock:
            return list(self._claims.values())

    def _hold(self, claim: Claim) -> None:
        with self._lock:
            self._claims[claim.lease] = claim
            if self._beating is None:
                self._beating = threading.Thread(target=self._beat, name="heartbeat", daemon=True)
                self._beating.start()

    def _release(self, claim: Claim) -> None:
        with self._lock:
            self._claims.pop(claim.lease, None)

    def _beat(self) -> None:
        next_beat = time.monotonic()
        while True:
            time.sleep(_TICK_S)
            claims = self._held()
            is_due = time.monotonic() >= next_beat
            if is_due:
                next_beat = time.monotonic() + BEAT_S
            self._look_after(claims, renews=is_due)

    def _look_after(self, claims: list[Claim], *, renews: bool) -> None:
        try:
            for claim in claims:
                claim.interrupt.stop_if_late()
                reason = claim.interrupt.ignored(_DEAF_S)
                if reason and not claim.is_ending:
                    self._end_over_its_head(claim, reason)
            if claims and renews:
                self._renew(claims)
        except Exception:
            log.exception("heartbeat_broke")

    def _end_over_its_head(self, claim: Claim, reason: Exception) -> None:
        """End what cannot hear: it resolves a name, connects, or is inside a library.

        Its thread comes back later and finds the attempt ended. Ending may be a matter of patience,
        so it must not hold up the heartbeat.
        """
        ending = (reason, claim)
        threading.Thread(target=self._end, args=ending, name="unheard", daemon=True).start()

    def _end(self, reason: Exception, claim: Claim) -> None:
        """The lease is kept until then, and a process that is leaving waits for it."""
        with _told_of(claim.lease):
            log.warning("ended_unheard")
            try:
                end_by(reason, claim, self._wake_another)
            finally:
                self._release(claim)

    def _renew(self, claims: list[Claim]) -> None:
        try:
            fates = dict(self._store.renew(claim.lease for claim in claims))
        except StoreUnavailableError:
            return  # the fence protects the record, so the paid call goes on
        for claim in claims:
            if fates[claim.lease] is Fate.STOP:
                claim.interrupt.stop(StoppedError())
            elif fates[claim.lease] is Fate.LOST:
                claim.interrupt.stop(LeaseLostError())


@contextmanager
def _told_of(lease: Lease) -> Iterator[None]:
    """Have every line say which job it is about: a thread does not know it from its maker."""
    ids = {"job_id": lease.work_id, "request_id": lease.request_id, "trace_id": lease.trace[3:35]}
    with structlog.contextvars.bound_contextvars(
        attempt=lease.attempt, **{name: text for name, text in ids.items() if text}
    ):
        try:
            yield
        finally:  # a call to the model has left it for all that is said of the job afterwards
            structlog.contextvars.unbind_contextvars("provider_request_id")


@contextmanager
def _traced(lease: Lease) -> Iterator[None]:
    """Go on with the trace of the request, whichever worker it is that has the job now."""
    told = {
        "copydesk.job.id": lease.work_id,
        "copydesk.job.kind": lease.kind.value,
        "copydesk.job.lane": QueueName(lease.queue).lane.value,
        "copydesk.job.queue": lease.queue,
        "copydesk.job.attempt": lease.attempt,
        "copydesk.request_id": lease.request_id,
    }
    if lease.fence == 1:
        told["copydesk.job.queue_wait_ms"] = lease.waited_ms
    with tracing.span(f"{lease.kind} job", Kind.CONSUMER, told, parent=lease.trace):
        yield
