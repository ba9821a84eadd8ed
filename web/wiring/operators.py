"""Builds what operators see, and what lets them in."""

import time
from typing import Any

from shared.data.dead_letters import DeadLetters
from shared.data.mongo.audit import AuditLog
from shared.data.redis.denials import ACCESS_TOKEN_S
from shared.data.redis.keys import KeySpace
from shared.data.redis.shelf import Shelf
from shared.settings import Settings
from web.services.logins import LoginDesk
from web.services.operators import AUDIENCE, OperatorAccess
from web.services.ops import OpsDesk, OpsReadings
from web.services.tokens import AccessTokens
from web.wiring.ids import unique_id
from web.wiring.intake import Intake


def build_access(settings: Settings, logins: LoginDesk, audit: AuditLog) -> OperatorAccess:
    """Return what lets admins in to the operators' page."""
    tokens = AccessTokens(
        settings.jwt_secrets,
        now_s=time.time,
        new_id=unique_id,
        lifetime_s=ACCESS_TOKEN_S,
        audience=AUDIENCE,
    )
    return OperatorAccess(logins, tokens, audit, settings.jwt_secret.get_secret_value().encode())


def build_ops(
    takes: Intake, redis: Any, keys: KeySpace, readings: OpsReadings, audit: AuditLog
) -> OpsDesk:
    """Return what operators see and do."""
    letters = DeadLetters(Shelf(redis, keys), takes.jobs, takes.queue, audit)
    return OpsDesk(readings, letters, audit)
