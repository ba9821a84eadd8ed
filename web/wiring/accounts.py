"""Builds what the web tier works with about accounts."""

import time

from shared.data.erasures import AccountErasures
from shared.data.mongo.logins import LoginRepository
from shared.data.redis.denials import ACCESS_TOKEN_S
from shared.data.redis.guesses import PasswordGuesses
from shared.settings import Settings
from web.services.accounts import AccountDesk
from web.services.logins import LoginDesk
from web.services.passwords import Passwords
from web.services.suggestions import Offload
from web.services.tokens import AccessTokens
from web.wiring.ids import unique_id


def build_accounts(
    settings: Settings,
    erasures: AccountErasures,
    logins: LoginRepository,
    guesses: PasswordGuesses,
    offload: Offload,
) -> AccountDesk:
    """Put together what lets people in."""
    users, passwords = erasures.users, Passwords(offload, memory_kib=settings.password_memory_kib)
    tokens = AccessTokens(
        settings.jwt_secrets, now_s=time.time, new_id=unique_id, lifetime_s=ACCESS_TOKEN_S
    )
    return AccountDesk(
        users=users,
        logins=LoginDesk(
            users, logins, erasures.revocations, guesses, passwords, tokens, unique_id
        ),
        guesses=guesses,
        passwords=passwords,
        erasures=erasures,
        new_id=unique_id,
    )
