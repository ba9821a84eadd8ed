"""Counts what a call uses: as the provider says, or as well as can be told without its word."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from shared.domain.prices import cost_usd
from shared.errors import AppError
from shared.jobs.records import Usage
from shared.metrics.recorder import CallEnd, recorder
from workers.ai.call_costs import CallUsage, sent_tokens
from workers.ai.provider import (
    AskedInstead,
    ModelCall,
    NotNowError,
    ReplyPart,
    TextDelta,
    ThoughtDelta,
)
from workers.services.claims import Claim


class Meter:
    """Reads one call's reply as it comes; `waited` says how long nobody was asked meanwhile."""

    def __init__(
        self, call: ModelCall, model: str, waited: Callable[[], float] = lambda: 0.0
    ) -> None:
        self._waited = waited
        self._call = call
        self._model = model
        self._used = self._counted()
        self._before = Usage()  # of the model that was asked first
        self._began = time.monotonic() - waited()
        self._first_token_s: float | None = None
        self._first_fault: Exception | None = None

    @property
    def answered_by(self) -> str:
        """Another model than the one that was to answer, or nothing."""
        return self._model if self._first_fault else ""

    def read(self, part: ReplyPart) -> None:
        """Note what came; where another model answers, the call to the first one is over."""
        if isinstance(part, AskedInstead):
            first = self._of_this_call()
            self._count(first, part.fault)
            self._model, self._first_fault = part.model, part.fault
            self._used = self._counted()
            self._before = first
            self._began = time.monotonic() - self._waited()
        elif isinstance(part, TextDelta | ThoughtDelta) and self._first_token_s is None:
            self._first_token_s = self._lasted_s()
        self._used.read(part)

    def usage(self) -> Usage:
        """Return what the call has used; see `CallUsage`."""
        return self._before + self._of_this_call()

    def _of_this_call(self) -> Usage:
        used = self._used.tokens()
        tokens = {
            "input_tokens": used.input_tokens,
            "cached_tokens": used.cached_tokens,
            "output_tokens": used.output_tokens,
        }
        return Usage(**tokens, cost_usd=cost_usd(self._model, **tokens))

    def end(self, fault: Exception | None) -> None:
        """Count the call, which ended with this fault or none.

        If two models failed, it is the first one's fault, and the cause of it is the second one's.
        """
        second = fault.__cause__ if fault and fault is self._first_fault else fault
        self._count(self._of_this_call(), second)

    def _count(self, used: Usage, fault: BaseException | None) -> None:
        if isinstance(fault, NotNowError):  # there was no call
            return
        seconds, code = self._lasted_s(), None
        outcome = "stopped" if fault else "complete"
        if isinstance(fault, AppError):
            outcome, code = "failed", fault.code
        end = CallEnd(self._model, seconds, self._first_token_s, used, outcome, code)
        recorder.call_ended(end)

    def _lasted_s(self) -> float:
        return time.monotonic() - self._began - self._waited()

    def _counted(self) -> CallUsage:
        return CallUsage(self._model, partial(sent_tokens, self._call, self._model))


@contextmanager
def metered(claim: Claim, call: ModelCall, model: str) -> Iterator[Meter]:
    """Add what the call uses to the claim's usage, while it runs and however it ends."""
    meter, fault = Meter(call, model, lambda: claim.interrupt.waited_s), None
    before = claim.usage
    claim.count = lambda: before + meter.usage()
    try:
        yield meter
    except Exception as error:
        fault = error
        raise
    else:
        claim.answered_by = claim.answered_by or meter.answered_by
    finally:
        used = meter.usage()
        after = before + used
        claim.count = lambda: after
        if used.input_tokens + used.output_tokens:
            claim.interrupt.has_begun = True
        meter.end(fault)
