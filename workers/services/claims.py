"""One piece of work in hand, and the one rule by which it ends."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Protocol

import structlog

from shared.data.redis.leases import LeaseStore
from shared.errors import AppError, ProcessingError, StoreUnavailableError
from shared.jobs.failures import ended_with, out_of_time
from shared.jobs.leases import Ending, GivenBack, Lease, Wait
from shared.jobs.provider_calls import WaitReason
from shared.jobs.records import Event, Usage
from shared.jobs.states import Status
from shared.metrics.recorder import recorder
from shared.traces.tracing import tracing
from workers.ai.provider import NotNowError
from workers.services.interrupts import (
    HandedBackError,
    Interrupt,
    LeaseLostError,
    StoppedError,
)
from workers.services.patience import patiently
from workers.services.retries import retry_wait_ms
from workers.services.turns import never_in_time, wait_for_turn

_FINISH_PATIENCE_S = 900.0  # what the call has cost is worth a slot that waits

log = structlog.get_logger(__name__)


@dataclass(eq=False)
class Claim:
    """One piece of work in hand."""

    lease: Lease
    interrupt: Interrupt
    store: LeaseStore
    count: Callable[[], Usage] = field(init=False)  # for `usage`; a call that runs is in it, too
    answered_by: str = ""  # another model than the one that was to answer
    given_to: str = ""  # the queue in which it waits, once it was given back
    # Keeps what there is, and returns what is to be told of it, when the work ends without success.
    before_ending: Callable[[], tuple[Event, ...]] = tuple
    _unsent: list[Event] = field(default_factory=list)
    _known_seq: int = field(init=False)
    _began: float = field(default_factory=time.monotonic, init=False)
    is_ending: bool = field(default=False, init=False)
    _ender: threading.RLock = field(default_factory=threading.RLock, init=False)

    def __post_init__(self) -> None:
        self.count = lambda: self.lease.spent
        self._known_seq = self.lease.seq

    @property
    def usage(self) -> Usage:
        """What was used by now, in all tries; any thread may ask, for any may end the attempt."""
        return self.count()

    def emit(self, *events: Event) -> None:
        """Add to the work's log. While Redis is away events wait here: the paid call goes on.

        :raises LeaseLostError, StoppedError, HandedBackError, ProviderTimeoutError: stop at once
        """
        self.interrupt.check()
        waiting = len(self._unsent)
        self._unsent += events
        try:
            seq = self.store.append(self.lease, self._unsent, known_seq=self._known_seq)
        except StoreUnavailableError:
            return
        except Exception:
            del self._unsent[waiting:]  # whoever keeps them until they are told tells them again
            raise
        if seq is None:
            raise LeaseLostError
        self._unsent.clear()
        self._known_seq = seq

    def finish(self, ending: Ending) -> None:
        """End the work and every job that waits for it; patient while Redis is away.

        :raises LeaseLostError: another thread has ended this attempt
        """
        if not self.is_first_to_end():
            raise LeaseLostError
        known_seq = self._known_seq  # before the events: then none can be told twice
        told = (*self._unsent, *ending.last_events)
        ending = replace(ending, answered_by=self.answered_by, last_events=told)
        step = partial(self.store.finish, self.lease, ending, known_seq=known_seq)
        if patiently(step, _FINISH_PATIENCE_S):
            recorder.work_ended(self.lease.kind, time.monotonic() - self._began)
        else:
            log.warning("lease_lost")

    def is_first_to_end(self) -> bool:
        """Tell one of the threads that would end this attempt that it is theirs to do.

        It may ask again: an ending that broke is followed by one that tells of it.
        """
        is_ours = self._ender.acquire(blocking=False)
        self.is_ending = self.is_ending or is_ours
        return is_ours

    def hand_back(self) -> None:
        """Leave the work to another worker, or end it if it has no time left or was stopped."""
        given = self._given(lambda: self.store.give_back(self.lease, "handed_back", self.usage))
        if given is GivenBack.TOO_LATE:
            self._end_without_success(self._failure(out_of_time()))
        elif given is GivenBack.STOPPED:
            self.stop()

    def fail(self, error: AppError) -> None:
        """Try again later if that may help and there is time; else end the work with this error."""
        tracing.current.failed(error.code)
        wait_ms = retry_wait_ms(error, self.lease.waits)
        self._wait_or_fail(None if wait_ms is None else Wait("provider_backoff", wait_ms), error)

    def put_off(self, reason: WaitReason, wait_ms: int) -> None:
        """Wait until the provider may be asked, which is no try; fail if that is too late."""
        wait = wait_for_turn(self.lease, reason, wait_ms, has_begun=self.interrupt.has_begun)
        self._wait_or_fail(wait, never_in_time(reason, wait_ms))

    def stop(self) -> None:
        """End the work as whoever stopped it wanted, with what it has used."""
        self._end_without_success(Ending(Status.CANCELLED, usage=self.usage))

    def _end_without_success(self, ending: Ending) -> None:
        last: tuple[Event, ...] = ()
        try:
            last = self.before_ending()
        except Exception:
            log.exception("rest_not_kept")  # an end that comes without it is better than none
        self.finish(replace(ending, last_events=last))

    def _wait_or_fail(self, wait: Wait | None, error: AppError) -> None:
        given = GivenBack.TOO_LATE
        if wait:
            given = self._given(lambda: self.store.put_off(self.lease, wait, self.usage))
        if given is GivenBack.TOO_LATE:
            log.info("job_failed", code=error.code)
            self._end_without_success(self._failure(error))
        elif given is GivenBack.STOPPED:
            self.stop()
        elif wait:
            log.info("job_put_off", code=error.code, reason=wait.reason, wait_ms=wait.wait_ms)

    def _given(self, step: Callable[[], tuple[GivenBack, str]]) -> GivenBack:
        given, queue = patiently(step, _FINISH_PATIENCE_S)
        self.given_to = queue if given is GivenBack.DONE else ""
        return given

    def _failure(self, error: AppError) -> Ending:
        told = ended_with(error, request_id=self.lease.request_id)
        return Ending(Status.FAILED, error=told, usage=self.usage)


class Writer(Protocol):
    """Does the work of one kind of job."""

    def write(self, claim: Claim) -> None:
        """Do the work and finish the claim.

        :raises AppError: what the job ends with, or is tried again for
        """


def ended_by_one_rule(claim: Claim, after_hand_back: Callable[[Claim], None]) -> Iterator[Claim]:
    """Yield the claim; whatever is raised meanwhile becomes the end of this attempt."""
    try:
        yield claim
    except Exception as error:  # noqa: BLE001  told apart there
        end_by(error, claim, after_hand_back)
    else:
        log.info("job_done")


def end_by(error: Exception, claim: Claim, after_hand_back: Callable[[Claim], None]) -> None:
    """End this attempt by what was raised; the first to say so is heard."""
    if not claim.is_first_to_end():
        return
    match error:
        case LeaseLostError():
            log.warning("lease_lost")
        case StoppedError():
            claim.stop()
        case HandedBackError():
            claim.hand_back()
            after_hand_back(claim)
        case NotNowError():
            claim.put_off(error.reason, error.wait_ms)
        case AppError():
            claim.fail(error)
        case _:
            log.error("job_broke", exc_info=error)
            claim.fail(ProcessingError("The job broke; the fault is logged"))
