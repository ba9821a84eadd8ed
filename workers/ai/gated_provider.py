"""Asks before each call to a model's server, and tells what came of it."""

import random
import secrets
from collections.abc import Iterator
from contextlib import closing, suppress
from functools import partial

import structlog

from shared.data.redis.provider_gate import ProviderGate
from shared.errors import AppError, StoreUnavailableError
from shared.jobs.provider_calls import (
    CallOutcome,
    CallRequest,
    Endpoint,
    Permit,
    Refusal,
    Settlement,
    WaitReason,
)
from workers.ai.call_costs import CallRecord, CallUsage, price, sent_tokens
from workers.ai.patience import keep_asking, sleep
from workers.ai.provider import (
    AnswerHead,
    ModelCall,
    NotNowError,
    Provider,
    ReplyPart,
    Standing,
    StopSignal,
    TokenUsage,
)

MOMENT_MS = 2000  # for which a slot is held by one who waits
_EARLY_MS = 1500  # who waits elsewhere comes back so long before its turn
_LEAST_MS = 500
_SPREAD_MS = 1000  # so that a crowd does not come back at once
_MARGIN_MS = 30_000
_PATIENCE_S = 900.0  # what is not settled by then is settled as its reservation says

log = structlog.get_logger(__name__)


class GatedProvider:
    """A provider that is asked at the pace, and for the money, that there is.

    Where another stands by nobody waits for a breaker, nor longer than `most_wait_ms` for a turn.
    """

    def __init__(
        self,
        provider: Provider,
        gate: ProviderGate,
        endpoint: Endpoint,
        most_wait_ms: int | None = None,
    ) -> None:
        self._provider = provider
        self._gate = gate
        self._endpoint = endpoint
        self._most_turn_ms = None if most_wait_ms is None else most_wait_ms + _EARLY_MS

    @property
    def model(self) -> str:
        """The name that jobs show."""
        return self._provider.model

    def stream(self, call: ModelCall, stop: StopSignal) -> Iterator[ReplyPart]:
        """Yield the reply as it comes; see `Provider.stream`.

        :raises NotNowError: it is not the turn of this call, and will not be in a moment
        """
        model = call.model or self.model
        sent = sent_tokens(call, model)
        permit = self._permit(call, sent, stop)
        slowest_s = call.limits.connect_s + call.limits.first_token_s
        usage = CallUsage(model, lambda: sent)
        record = CallRecord(usage, is_hurried=stop.standing().left_s < slowest_s)
        try:
            yield from self._reply(permit, record, call, stop)
        finally:
            self._settle(permit, record.settlement(), stop)

    def _reply(
        self, permit: Permit, record: CallRecord, call: ModelCall, stop: StopSignal
    ) -> Iterator[ReplyPart]:
        with closing(self._provider.stream(call, stop)) as parts:  # type: ignore[type-var]
            try:
                for part in parts:
                    record.read(part)
                    if isinstance(part, AnswerHead):
                        with suppress(StoreUnavailableError):  # the next one says it again
                            self._gate.heed(permit, part.limits)
                    else:
                        yield part
                record.succeed()
            except AppError as error:
                record.fail(error)
                raise

    def _permit(self, call: ModelCall, sent: int, stop: StopSignal) -> Permit:
        """Return the permit when the call's turn has come."""
        permit_id = secrets.token_hex(12)
        while True:
            standing = stop.standing()
            asked = self._asked(call, sent, standing, permit_id)
            ask = partial(self._gate.ask, self._endpoint, asked)
            found = keep_asking(ask, stop, float("inf"))
            if isinstance(found, Permit):
                self._wait(found, stop)
                return found
            if found.wait_ms > self._patience_ms(found.reason, call, standing):
                raise _not_now(found)
            sleep(found.wait_ms / 1000, stop)

    def _patience_ms(self, reason: WaitReason, call: ModelCall, standing: Standing) -> int:
        """Return how long the call waits in its slot, and does not go to another model."""
        room_ms, most_ms = max(MOMENT_MS, _room_ms(call, standing)), self._most_turn_ms
        if most_ms is None or reason is WaitReason.BUDGET:
            return room_ms
        return 0 if reason is WaitReason.CIRCUIT_OPEN else min(room_ms, most_ms)

    def _wait(self, permit: Permit, stop: StopSignal) -> None:
        try:
            sleep(permit.wait_ms / 1000, stop)
        except Exception:
            self._settle(permit, Settlement(CallOutcome.UNUSED), stop)
            raise

    def _asked(self, call: ModelCall, sent: int, standing: Standing, permit_id: str) -> CallRequest:
        model, limits = call.model or self.model, call.limits
        worst = TokenUsage(input_tokens=sent, output_tokens=call.max_output_tokens)
        speaks_s = limits.connect_s + limits.first_token_s
        return CallRequest(
            permit_id=permit_id,
            asker=standing.name or permit_id,
            lane=standing.lane,
            model=model,
            input_tokens=sent,
            most_output_tokens=call.max_output_tokens,
            worst_usd=price(model, worst),
            horizon_ms=self._patience_ms(WaitReason.RATE_LIMIT, call, standing),
            answer_ms=int((speaks_s + limits.between_tokens_s) * 1000),
            lease_ms=int((speaks_s + limits.total_s) * 1000) + _MARGIN_MS,
        )

    def _settle(self, permit: Permit, told: Settlement, stop: StopSignal) -> None:
        """Tell the gate, patiently while Redis is away; else the permit lapses, and is counted."""
        try:
            keep_asking(lambda: self._gate.settle(permit, told), stop, _PATIENCE_S)
        except Exception as error:  # noqa: BLE001  the call's own end is not to be lost for it
            log.warning("permit_left_to_lapse", why=type(error).__name__)


def _room_ms(call: ModelCall, standing: Standing) -> int:
    """Return how long work that would lose what it has paid for can wait in its slot."""
    if not standing.has_begun:
        return 0
    room_s = standing.left_s - call.limits.connect_s - call.limits.first_token_s
    return int(max(0.0, room_s) * 1000)


def _not_now(refusal: Refusal) -> NotNowError:
    if refusal.reason is WaitReason.RATE_LIMIT:
        wait_ms = max(_LEAST_MS, refusal.wait_ms - _EARLY_MS)
    else:
        wait_ms = refusal.wait_ms + random.randrange(_SPREAD_MS)  # noqa: S311  no secret
    return NotNowError(refusal.reason, wait_ms)
