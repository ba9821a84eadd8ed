"""What the caller may still do."""

import math

from flask import Blueprint
from flask.typing import ResponseReturnValue

from shared.domain.budgets import Purse
from shared.domain.identity import Caller
from shared.domain.limits import Allowance, Service, rate_for
from web.http.bodies import json_response
from web.http.context import services
from web.http.identity import as_caller
from web.http.limits import limited
from web.http.openapi import describe
from web.schemas.limits import LimitsView
from web.services.job_views import timestamp

limits = Blueprint("limits", __name__, url_prefix="/limits")


@limits.get("")
@describe(answers={200: LimitsView}, tag="limits")
@limited(Service.READS)
def index() -> ResponseReturnValue:
    """Show the caller's limits and what is left of them."""
    shown = [_view(allowance) for allowance in as_caller(_allowances)]
    return json_response({"limits": shown, "budget": _budget(as_caller(services().purses.look))})


def _allowances(caller: Caller) -> list[Allowance]:
    found = services()
    scale = found.settings.rate_limit_scale
    rates = [rate_for(caller.tier, service, scale=scale) for service in Service]
    return found.gate.look(caller, rates)


def _budget(purse: Purse) -> dict[str, object]:
    return {
        "limit_usd": purse.limit_usd,
        "spent_usd": purse.spent_usd,
        "reserved_usd": purse.reserved_usd,
        "resets_at": timestamp(purse.resets_ms),
    }


def _view(allowance: Allowance) -> dict[str, object]:
    return {
        "tier": allowance.rate.tier,
        "service": allowance.rate.service,
        "limit": allowance.rate.limit,
        "remaining": allowance.remaining,
        "reset_s": math.ceil(allowance.reset_ms / 1000),
    }
