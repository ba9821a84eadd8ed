"""Lets the model's server of the tests refuse what is too much, as providers do."""

from dataclasses import replace

from bench.provider_limits import ProviderLimits
from tests.model_server_scripts import Call, Plan, Script, answer, known_words


def limited(limits: ProviderLimits, plan: Plan = known_words) -> Plan:
    """Answer as the plan says, with the headers of a provider, or with 429."""

    def answer_within_limits(call: Call) -> Script:
        is_granted, headers = limits.admit(call.input_tokens, call.arrived_at)
        if not is_granted:
            return answer(429, headers=headers)
        script = plan if isinstance(plan, Script) else plan(call)
        return replace(script, headers={**script.headers, **headers})

    return answer_within_limits
