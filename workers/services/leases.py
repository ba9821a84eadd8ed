"""Holds the work that this process does: claims it, keeps it, and ends it by one rule."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

import structlog

from shared.data.redis.leases import Ending, Fate, Lease, LeaseStore
from shared.errors import AppError, ProcessingError, StoreUnavailableError
from shared.jobs.records import Event, Usage
from shared.jobs.states import Status
from workers.services.interrupts import CancelledError, Interrupt, LeaseLostError

BEAT_S = 1.0
_TICK_S = 0.25
_CLAIM_PATIENCE_S = 10.0
_FINISH_PATIENCE_S = 900.0  # what the call has cost is worth a slot that waits

Result = TypeVar("Result")

log = structlog.get_logger(__name__)


@dataclass(eq=False)
class Claim:
    """One piece of work in hand."""

    lease: Lease
    interrupt: Interrupt
    store: LeaseStore
    usage: Usage = field(default_factory=Usage)
    _unsent: list[Event] = field(default_factory=list)
    _is_ended: bool = False

    def emit(self, *events: Event) -> None:
        """Add to the work's log. While Redis is away events wait here: the paid call goes on.

        :raises LeaseLostError, CancelledError, ProviderTimeoutError: the work must stop
        """
        self.interrupt.check()
        self._unsent += events
        try:
            held = self.store.append(self.lease, self._unsent)
        except StoreUnavailableError:
            return
        self._unsent.clear()
        if not held:
            raise LeaseLostError

    def finish(self, ending: Ending) -> None:
        """End the work and every job that waits for it; patient while Redis is away."""
        ending = Ending(
            ending.status,
            ending.outcome,
            ending.result,
            ending.usage,
            ending.error,
            (*self._unsent, *ending.last_events),
        )
        held = _patiently(lambda: self.store.finish(self.lease, ending), _FINISH_PATIENCE_S)
        self._is_ended = True
        if not held:
            log.warning("lease_lost", job_id=self.lease.work_id)

    @property
    def is_ended(self) -> bool:
        """Whether nothing is left to say."""
        return self._is_ended


class Leases:
    """All claims of this process, and the thread that renews them and stops what must stop."""

    def __init__(self, store: LeaseStore, *, model: str, worker: str) -> None:
        self._store = store
        self._model = model
        self._worker = worker
        self._claims: dict[Lease, Claim] = {}
        self._lock = threading.Lock()
        self._beating: threading.Thread | None = None

    @contextmanager
    def claim(self, work_id: str) -> Iterator[Claim | None]:
        """Give the work, or None when it is done, gone or held by another.

        Leaving the block ends the lease; an error there becomes the end of the job.
        """
        lease = _patiently(
            lambda: self._store.claim(work_id, model=self._model, worker=self._worker),
            _CLAIM_PATIENCE_S,
        )
        if lease is None:
            yield None
            return
        claim = Claim(lease, Interrupt(total_s=lease.remaining_ms / 1000), self._store)
        self._hold(claim)
        try:
            with structlog.contextvars.bound_contextvars(
                job_id=work_id, request_id=lease.request_id, attempt=lease.attempt
            ):
                yield from _ended_by_one_rule(claim)
        finally:
            self._release(claim)

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
            with self._lock:
                claims = list(self._claims.values())
            for claim in claims:
                claim.interrupt.stop_if_late()
            if claims and time.monotonic() >= next_beat:
                next_beat = time.monotonic() + BEAT_S
                self._renew(claims)

    def _renew(self, claims: list[Claim]) -> None:
        try:
            fates = dict(self._store.renew(claim.lease for claim in claims))
        except StoreUnavailableError:
            return  # the fence protects the record, so the paid call goes on
        for claim in claims:
            if fates[claim.lease] is Fate.CANCEL:
                claim.interrupt.stop(CancelledError())
            elif fates[claim.lease] is Fate.LOST:
                claim.interrupt.stop(LeaseLostError())


def _ended_by_one_rule(claim: Claim) -> Iterator[Claim]:
    try:
        yield claim
    except LeaseLostError:
        log.warning("lease_lost")
    except CancelledError:
        claim.finish(Ending(Status.CANCELLED, usage=claim.usage))
    except AppError as error:
        log.info("job_failed", code=error.code)
        claim.finish(_failure(claim, error))
    except Exception:
        log.exception("job_broke")
        claim.finish(_failure(claim, ProcessingError("The job broke; the fault is logged")))


def _failure(claim: Claim, error: AppError) -> Ending:
    told = {
        "code": error.code,
        "message": error.message,
        "request_id": claim.lease.request_id,
        "retryable": error.retryable,
        "retry_after_ms": error.retry_after_ms,
    }
    return Ending(Status.FAILED, error=told, usage=claim.usage)


def _patiently(step: Callable[[], Result], patience_s: float) -> Result:
    """Repeat a step that does no harm twice until Redis answers, or patience is over."""
    gives_up_at = time.monotonic() + patience_s
    while True:
        try:
            return step()
        except StoreUnavailableError:
            if time.monotonic() > gives_up_at:
                raise
            time.sleep(_TICK_S)
