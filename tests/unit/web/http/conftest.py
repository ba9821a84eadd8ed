"""The app in one process, over services that need no store."""

import time
from dataclasses import dataclass, field, fields, replace
from functools import cache

import pytest

from shared.domain.budgets import Purse
from shared.domain.limits import Allowance
from shared.errors import UnauthenticatedError
from shared.settings import Settings
from web.api import VERSIONS
from web.app import create_app
from web.services.tokens import AccessTokens
from web.wiring import WebServices

URIS = {"redis_uri": "redis://127.0.0.1:1/0", "mongo_uri": "mongodb://127.0.0.1:1/x"}
REAL = {"jwt_secret": "x" * 32, "flower_basic_auth": "me:secret"}


@dataclass
class FakeGate:
    """Knows the sessions that came in as new ones, and from where."""

    sessions: set = field(default_factory=set)
    addresses: list = field(default_factory=list)
    is_broken: bool = False

    def enter(self, caller, rate):
        if self.is_broken:
            raise ValueError("the writer's words")
        if not caller.is_new and caller.session_id not in self.sessions:
            raise UnauthenticatedError("unknown")
        self.sessions.add(caller.session_id)
        self.addresses.append(caller.address)
        return Allowance(rate, remaining=rate.limit - 1, reset_ms=200)

    def look(self, caller, rates):
        return [Allowance(rate, remaining=rate.limit, reset_ms=0) for rate in rates]


class FakePurses:
    """Of nobody who has spent anything."""

    def look(self, caller):
        return Purse(None, 0.0, 0.0, 0)


@pytest.fixture
def gate():
    return FakeGate()


@pytest.fixture
def new_client(gate):
    """Return a function that makes a client of an app with these settings."""

    def make(versions=VERSIONS, **changed):
        app = app_with(versions, **changed)
        services = app.extensions["services"]
        app.extensions["services"] = replace(services, gate=gate, purses=FakePurses())
        return app.test_client()

    return make


@cache
def app_with(versions, **changed):
    """Return the one app with these settings: its routes take long to build."""
    settings = Settings(_env_file=None, **URIS, **REAL, **changed)
    nothing = dict.fromkeys(each.name for each in fields(WebServices))
    tokens = AccessTokens(settings.jwt_secrets, now_s=time.time, new_id=str, lifetime_s=60)
    services = WebServices(**nothing | {"settings": settings, "tokens": tokens})
    return create_app(settings, services, versions)
