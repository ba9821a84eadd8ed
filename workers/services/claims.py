"""One piece of work in hand, and the one rule by which it ends."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

import structlog

from shared.data.redis.leases import Ending, GivenBack, Lease, LeaseStore
from shared.errors import AppError, ProcessingError, StoreUnavailableError
from shared.jobs.names import QueueName
from shared.jobs.records import Event, Usage
from shared.jobs.states import Status
from workers.services.interrupts import (
    HandedBackError,
    Interrupt,
    LeaseLostError,
    StoppedError,
)
from workers.services.retries import retry_wait_ms

_FINISH_PATIENCE_S = 900.0  # what the call has cost is worth a slot that waits
_AGAIN_S = 0.25

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

    def emit(self, *events: Event) -> None:
        """Add to the work's log. While Redis is away events wait here: the paid call goes on.

        :raises LeaseLostError, StoppedError, HandedBackError, ProviderTimeoutError: stop at once
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
        if not patiently(lambda: self.store.finish(self.lease, ending), _FINISH_PATIENCE_S):
            log.warning("lease_lost")

    def hand_back(self) -> None:
        """Leave the work to another worker; the attempt is not charged."""
        patiently(
            lambda: self.store.give_back(self.lease, QueueName.INTERACTIVE, "handed_back"),
            _FINISH_PATIENCE_S,
        )

    def fail(self, error: AppError) -> None:
        """Try again later if that may help and there is time; else end the work with this error."""
        wait_ms = retry_wait_ms(error, self.lease.waits)
        if wait_ms is None or self._put_off(wait_ms) is GivenBack.TOO_LATE:
            log.info("job_failed", code=error.code)
            self.finish(self._failure(error))
        else:
            log.info("job_put_off", code=error.code, wait_ms=wait_ms)

    def _put_off(self, wait_ms: int) -> GivenBack:
        return patiently(
            lambda: self.store.give_back(
                self.lease, QueueName.INTERACTIVE, "provider_backoff", wait_ms=wait_ms
            ),
            _FINISH_PATIENCE_S,
        )

    def _failure(self, error: AppError) -> Ending:
        told = {
            "code": error.code,
            "message": error.message,
            "request_id": self.lease.request_id,
            "retryable": error.retryable,
            "retry_after_ms": error.retry_after_ms,
        }
        return Ending(Status.FAILED, error=told, usage=self.usage)


def ended_by_one_rule(claim: Claim, after_hand_back: Callable[[Claim], None]) -> Iterator[Claim]:
    """Yield the claim; whatever is raised meanwhile becomes the end of this attempt."""
    try:
        yield claim
    except LeaseLostError:
        log.warning("lease_lost")
    except StoppedError:
        claim.finish(Ending(None, usage=claim.usage))
    except HandedBackError:
        claim.hand_back()
        after_hand_back(claim)
    except AppError as error:
        claim.fail(error)
    except Exception:
        log.exception("job_broke")
        claim.fail(ProcessingError("The job broke; the fault is logged"))


def patiently(step: Callable[[], Result], patience_s: float) -> Result:
    """Repeat a step that does no harm twice until Redis answers, or patience is over."""
    gives_up_at = time.monotonic() + patience_s
    while True:
        try:
            return step()
        except StoreUnavailableError:
            if time.monotonic() > gives_up_at:
                raise
            time.sleep(_AGAIN_S)
