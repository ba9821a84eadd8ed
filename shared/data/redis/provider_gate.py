"""Who may call a model now: the provider's pace, its circuit breaker, the installation's budget."""

from dataclasses import dataclass
from typing import Any

from redis import Redis

from shared.data.redis import scripts
from shared.data.redis.installation_keys import InstallationKeys
from shared.jobs.names import QueueName
from shared.jobs.provider_calls import (
    BreakerPhase,
    BreakerState,
    CallRequest,
    DayBudget,
    Endpoint,
    Permit,
    Quota,
    Refusal,
    ServerLimits,
    Settlement,
    WaitReason,
)
from shared.settings import Settings

_NUSD = 1_000_000_000  # money is counted in whole billionths of a dollar, which add up


@dataclass(frozen=True)
class GatePolicy:
    """What the whole installation may spend in a day, and when a model is left alone."""

    budget_usd: float | None
    breaker_failures: int

    @classmethod
    def of(cls, settings: Settings) -> "GatePolicy":
        """Return the policy that the settings name."""
        return cls(settings.budget_installation_usd, settings.breaker_failures)


class ProviderGate:
    """One for the whole installation: what it knows is in Redis, in a slot of its own.

    Every method raises StoreUnavailableError when Redis is away.
    """

    def __init__(self, redis: Redis, policy: GatePolicy) -> None:
        self._keys = InstallationKeys()
        self._policy = policy
        self._permit = scripts.load(redis, "permit")
        self._over = scripts.load(redis, "permit_over")
        self._heed = scripts.load(redis, "heed")
        self._state = scripts.load(redis, "gate_state")

    def ask(self, endpoint: Endpoint, call: CallRequest) -> Permit | Refusal:
        """Return the right to make a call, or why it cannot be made now. Safe to repeat."""
        verdict, wait_ms = self._permit(
            keys=[
                self._keys.model(endpoint.address, call.model),
                self._keys.permits,
                self._keys.permit(call.permit_id),
                *(self._keys.line(x, endpoint.address, call.model) for x in _before(call.lane)),
            ],
            args=[
                self._keys.base,
                call.permit_id,
                call.asker,
                call.horizon_ms,
                call.lease_ms,
                endpoint.rpm or 0,
                endpoint.tpm or 0,
                call.input_tokens,
                call.most_output_tokens,
                _nusd(call.worst_usd),
                "" if self._policy.budget_usd is None else _nusd(self._policy.budget_usd),
                endpoint.address,
                call.model,
                call.answer_ms,
            ],
        )
        if verdict == "go":
            return Permit(call.permit_id, endpoint, call.model, int(wait_ms))
        return Refusal(WaitReason(verdict), int(wait_ms))

    def settle(self, permit: Permit, told: Settlement) -> bool:
        """Note how a call ended; return False if that was done before, or the permit has lapsed."""
        return bool(
            self._over(
                keys=[
                    self._keys.model(permit.endpoint.address, permit.model),
                    self._keys.permits,
                    self._keys.permit(permit.id),
                ],
                args=[
                    self._keys.base,
                    permit.id,
                    told.outcome.value,
                    told.input_tokens,
                    told.output_tokens,
                    _nusd(told.cost_usd),
                    self._policy.breaker_failures,
                ],
            )
        )

    def heed(self, permit: Permit, told: ServerLimits) -> None:
        """Note what the head of an answer says of the provider's pace."""
        self._heed(
            keys=[self._keys.model(permit.endpoint.address, permit.model)],
            args=[
                told.status,
                _known(told.retry_after_ms),
                *_of(told.requests),
                *_of(told.tokens),
            ],
        )

    def breakers(self) -> list[BreakerState]:
        """Return how the circuit breaker of each model stands that was asked within a day."""
        _, _, *models = self._read()
        return [
            BreakerState(provider, model, BreakerPhase(state), failures, opens_until)
            for provider, model, state, failures, opens_until in models
        ]

    def budget_today(self) -> DayBudget:
        """Return what was spent today (UTC), and what calls in flight may yet cost."""
        spent, reserved, *_ = self._read()
        return DayBudget(int(spent) / _NUSD, int(reserved) / _NUSD, self._policy.budget_usd)

    def _read(self) -> Any:
        return self._state(keys=[self._keys.permits], args=[self._keys.base])


def _before(lane: str) -> tuple[str, ...]:
    """Return the lane's own line, and the one that goes before it: somebody waits at a screen."""
    if lane == QueueName.BULK:
        return QueueName.BULK.value, QueueName.INTERACTIVE.value
    return (QueueName.INTERACTIVE.value,)


def _nusd(dollars: float) -> int:
    return round(dollars * _NUSD)


def _known(number: int | None) -> int | str:
    return "" if number is None else number


def _of(quota: Quota) -> tuple[int | str, ...]:
    return _known(quota.limit), _known(quota.remaining), _known(quota.reset_ms)
