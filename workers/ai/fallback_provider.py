"""Asks a second model at once where the first one cannot answer."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from functools import partial

import structlog

from shared.errors import (
    AppError,
    ProviderBusyError,
    ProviderError,
    ProviderMisconfiguredError,
    ProviderRefusedCallError,
    ProviderTimeoutError,
)
from shared.jobs.provider_calls import WaitReason
from workers.ai.provider import (
    AskedInstead,
    CallTaken,
    ModelCall,
    NotNowError,
    Provider,
    ReplyPart,
    StopSignal,
)

MOMENT_MS = 5000  # a wait that is worth the better answer

log = structlog.get_logger(__name__)


class FallbackProvider:
    """Two providers that act as one, and say which of them answers.

    The second one is asked only before anything came of the first one's reply: what was shown once
    is withdrawn by the claim alone, whose next try may come to the second one then.
    """

    def __init__(self, primary: Provider, second: Provider) -> None:
        self._primary = primary
        self._second = second

    @property
    def model(self) -> str:
        """The name that jobs show until somebody else has answered."""
        return self._primary.model

    def stream(self, call: ModelCall, stop: StopSignal) -> Iterator[ReplyPart]:
        """Yield the reply as it comes; see `Provider.stream`.

        If both fail, what is raised is the first one's error, with the second one's as its cause;
        if neither has its turn now, the sooner one is waited for.
        """
        first = _Reply(self._primary, call, stop)
        try:
            yield from first
        except (AppError, NotNowError) as error:
            if first.is_begun or not another_may_do(error) or not stop.forgive():
                raise
            fault = error
        else:
            return
        log.warning("fallback_asked", model=self._second.model, why=_code(fault))
        yield AskedInstead(self._second.model, fault)
        second = _Reply(self._second, replace(call, model=None), stop)
        try:
            yield from second
        except (AppError, NotNowError) as error:
            if second.is_begun or _is_sooner(error, fault):
                raise
            raise fault from error


class _Reply:
    """What one provider answers, and whether anything came."""

    def __init__(self, provider: Provider, call: ModelCall, stop: StopSignal) -> None:
        self._parts = partial(provider.stream, call, stop)
        self.is_begun = False

    def __iter__(self) -> Iterator[ReplyPart]:
        with closing(self._parts()) as parts:  # type: ignore[type-var]
            for part in parts:
                self.is_begun = self.is_begun or not isinstance(part, CallTaken)
                yield part


def another_may_do(fault: AppError | NotNowError) -> bool:
    """Return whether another model may well do what this one did not.

    It may where the first one is away, broken, too slow, without money, or asked in a wrong way by
    its settings. It may not where the call is at fault, for it is the same call; nor where we may
    not spend; and to be asked in a moment is worth the wait.
    """
    if isinstance(fault, NotNowError):
        is_long = fault.wait_ms > MOMENT_MS
        return fault.reason is WaitReason.CIRCUIT_OPEN or (
            fault.reason is WaitReason.RATE_LIMIT and is_long
        )
    if isinstance(fault, ProviderBusyError):
        return (fault.retry_after_ms or 0) > MOMENT_MS
    if isinstance(fault, ProviderRefusedCallError):
        return isinstance(fault, ProviderMisconfiguredError)
    return isinstance(fault, ProviderError | ProviderTimeoutError)


def _is_sooner(one: AppError | NotNowError, other: AppError | NotNowError) -> bool:
    if isinstance(one, NotNowError) and isinstance(other, NotNowError):
        return one.wait_ms < other.wait_ms
    return False


def _code(fault: AppError | NotNowError) -> str:
    return fault.reason.value if isinstance(fault, NotNowError) else type(fault).__name__
