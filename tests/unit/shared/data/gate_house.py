"""A gate over a real Redis, for tests: who asks, and what comes of it."""

import itertools
from dataclasses import replace

from shared.data.redis.provider_gate import GatePolicy, ProviderGate
from shared.jobs.provider_calls import (
    CallOutcome,
    CallRequest,
    Endpoint,
    Permit,
    Quota,
    ServerLimits,
    Settlement,
)

MODEL = "gpt-4o-mini"
CALL = CallRequest(
    permit_id="",
    asker="",
    lane="interactive",
    model=MODEL,
    input_tokens=100,
    most_output_tokens=100,
    worst_usd=0.001,
    horizon_ms=2000,
    answer_ms=30_000,
    lease_ms=60_000,
)
_numbers = itertools.count(1)


class GateHouse:
    def __init__(self, redis, *, budget_usd=None, failures=5, rpm=None, tpm=None):
        self.redis = redis
        self.gate = ProviderGate(redis, GatePolicy(budget_usd, failures))
        self.endpoint = Endpoint("model.example:443", rpm, tpm)

    @property
    def key(self):
        (key,) = self.redis.keys("cd:{all}:model:*")
        return key

    def ask(self, asker="", **more):
        """Ask for one more call, of somebody new unless the asker is named."""
        name = f"permit-{next(_numbers)}"
        call = replace(CALL, permit_id=name, asker=asker or name)
        return self.gate.ask(self.endpoint, replace(call, **more))

    def permitted(self, count, **more):
        """Ask as often, and return the permits."""
        return [found for _ in range(count) if isinstance(found := self.ask(**more), Permit)]

    def settle(self, permit, outcome=CallOutcome.OK, cost_usd=0.0005, tokens=(100, 50)):
        return self.gate.settle(permit, Settlement(outcome, *tokens, cost_usd))

    def heed(self, permit, status=200, *, requests=(), tokens=(), retry_after_ms=None):
        told = ServerLimits(status, Quota(*requests), Quota(*tokens), retry_after_ms)
        self.gate.heed(permit, told)

    def fail(self, count):
        for permit in self.permitted(count):
            self.settle(permit, CallOutcome.FAILED, cost_usd=0)

    def let_pass(self, *fields, ms=1_000_000):
        """Move back moments in the model's record, as if so much time had passed."""
        for field in fields:
            if at := self.redis.hget(self.key, field):
                self.redis.hset(self.key, field, str(float(at) - ms))

    def lapse(self):
        """Let all permits be over by now."""
        for permit in self.redis.zrange("cd:{all}:permits", 0, -1):
            self.redis.zadd("cd:{all}:permits", {permit: 1})

    @property
    def money(self):
        today = self.gate.budget_today()
        return round(today.spent_usd, 6), round(today.reserved_usd, 6)
