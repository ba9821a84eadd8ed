"""The app in one process, over services that need no store."""

import time
from dataclasses import dataclass, field, fields

import pytest

from shared.domain.limits import Allowance
from shared.errors import UnauthenticatedError
from shared.settings import Settings
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


@pytest.fixture
def gate():
    return FakeGate()


@pytest.fixture
def new_client(gate):
    """Return a function that makes a client of an app with these settings."""

    def make(**changed):
        settings = Settings(_env_file=None, **URIS, **REAL, **changed)
        nothing = dict.fromkeys(each.name for each in fields(WebServices))
        tokens = AccessTokens(settings.jwt_secrets, now_s=time.time, new_id=str, lifetime_s=60)
        known = {"settings": settings, "gate": gate, "tokens": tokens}
        services = WebServices(**nothing | known)
        return create_app(settings, services).test_client()

    return make


class TestCookie:
    @pytest.mark.parametrize(
        ("environment", "is_secure"),
        [("development", False), ("testing", False), ("staging", True), ("production", True)],
    )
    def test_outside_development_it_is_for_https_alone(self, new_client, environment, is_secure):
        answer = new_client(environment=environment).get("/api/v1/limits")
        flags = answer.headers["Set-Cookie"]

        assert ("Secure" in flags) == is_secure
        assert "HttpOnly" in flags
        assert "SameSite=Lax" in flags

    def test_it_is_renewed_with_each_use(self, new_client):
        client = new_client()
        first, again = client.get("/api/v1/limits"), client.get("/api/v1/limits")

        assert (
            first.headers["Set-Cookie"].split(";")[0] == again.headers["Set-Cookie"].split(";")[0]
        )
        assert "X-Session-Id" not in again.headers


class TestAddress:
    def test_nobody_is_believed_about_it(self, new_client, gate):
        new_client().get("/api/v1/limits", headers={"X-Forwarded-For": "198.51.100.1"})

        assert gate.addresses == ["127.0.0.1"]

    @pytest.mark.parametrize(("hops", "found"), [(1, "198.51.100.3"), (2, "198.51.100.2")])
    def test_as_many_hops_as_are_trusted_are_believed(self, new_client, gate, hops, found):
        told = "198.51.100.1, 198.51.100.2, 198.51.100.3"
        new_client(trusted_proxies=hops).get("/api/v1/limits", headers={"X-Forwarded-For": told})

        assert gate.addresses == [found]


class TestUnforeseenFault:
    def test_it_is_told_without_its_words(self, new_client, gate):
        gate.is_broken = True
        answer = new_client().get("/api/v1/limits")
        error = answer.get_json()["error"]

        assert (answer.status_code, error["code"]) == (500, "PROCESSING_ERROR")
        assert "words" not in answer.text
        assert error["request_id"] == answer.headers["X-Request-Id"]
        assert "Set-Cookie" not in answer.headers


class TestBearer:
    @pytest.mark.parametrize("token", ["Bearer nonsense", "Bearer ", "bearer x.y.z"])
    def test_a_bad_one_is_never_anonymous(self, new_client, token):
        answer = new_client().get("/api/v1/limits", headers={"Authorization": token})

        assert answer.status_code == 401
        assert "Set-Cookie" not in answer.headers
