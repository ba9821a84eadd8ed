"""What becomes of work whose call cannot be made now: it waits for its turn, or fails."""

from shared.errors import AppError, CircuitOpenError, OverloadedError
from shared.jobs.leases import Lease, Wait
from shared.jobs.names import JobKind
from shared.jobs.provider_calls import WaitReason

LONGEST_TURN_MS = 600_000
_TOLD = {
    WaitReason.RATE_LIMIT: "The model's server takes no more calls in the time of this job",
    WaitReason.BUDGET: "What this installation may spend today is spent",
}


def wait_for_turn(lease: Lease, reason: WaitReason, wait_ms: int, *, has_begun: bool) -> Wait:
    """Return how this work waits.

    In the provider's line it is as if it were not claimed yet: its time has not begun, though
    nobody at a screen is kept there for ever. A section of a batch has nobody at a screen.
    """
    is_bounded = lease.kind is JobKind.SECTION or wait_ms <= LONGEST_TURN_MS
    stops_clock = reason is WaitReason.RATE_LIMIT and is_bounded and not has_begun
    return Wait(reason.value, wait_ms, is_try=False, stops_clock=stops_clock)


def never_in_time(reason: WaitReason, wait_ms: int) -> AppError:
    """Return what the work fails with if so long a wait is too long."""
    if reason is WaitReason.CIRCUIT_OPEN:
        told = "The model's server fails, and is not asked for a while"
        return CircuitOpenError(told, retry_after_ms=wait_ms)
    return OverloadedError(_TOLD[reason], retry_after_ms=wait_ms)
