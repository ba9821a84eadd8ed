"""Tokens that we did not issue, shown over the wire. What each breaks is told to nobody."""

import base64
import json
import time
from dataclasses import dataclass
from typing import Any

import jwt
import pytest

from tests.account_client import bearer
from tests.stack_client import order, some_text
from web.services.tokens import key_id

HOUR = 3600
RIGHT = "HS256"


@dataclass
class Forge:
    """Makes tokens like the person's own, but for what a test changes."""

    secret: str
    claims: dict[str, Any]

    def token(self, claims=None, headers=None, secret=None, algorithm=RIGHT):
        head = {"kid": key_id(self.secret)} | (headers or {})
        said = {
            name: value for name, value in (self.claims | (claims or {})).items() if value != ()
        }
        return jwt.encode(said, secret or self.secret, algorithm=algorithm, headers=head)


@pytest.fixture
def forge(stack, person):
    claims = jwt.decode(person.tokens["access_token"], options={"verify_signature": False})
    return Forge(stack.settings.jwt_secret.get_secret_value(), claims)


def part(said):
    return base64.urlsafe_b64encode(json.dumps(said).encode()).rstrip(b"=").decode()


def respelled(token, head=None, claims=None, signature=None):
    """Return the token with other parts, under the signature that it has."""
    parts = token.split(".")
    return ".".join(
        [
            part(head) if head else parts[0],
            part(claims) if claims else parts[1],
            parts[2] if signature is None else signature,
        ]
    )


def refused(stack, token):
    """Return what the refusal says, which is the same for all."""
    answer = bearer(stack.url, token)
    assert answer.status_code == 401, answer.text
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert "Set-Cookie" not in answer.headers
    return answer.json()["error"]["message"]


@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
class TestAForgery:
    def test_the_forge_makes_what_would_do(self, stack, forge):
        assert bearer(stack.url, forge.token()).status_code == 200

    @pytest.mark.parametrize("name", ["none", "None", "NONE", "nOnE", "", None, ["HS256"], "HS257"])
    @pytest.mark.parametrize("signature", ["", None])
    def test_it_does_not_choose_the_algorithm(self, stack, forge, name, signature):
        head = {"alg": name, "typ": "JWT", "kid": key_id(forge.secret)}

        assert refused(stack, respelled(forge.token(), head, signature=signature))

    @pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
    def test_not_even_by_the_right_key(self, stack, forge, algorithm):
        assert refused(stack, forge.token(algorithm=algorithm))

    @pytest.mark.parametrize("secret", ["x" * 32, " ", "\x00" * 32])
    def test_another_key_does_not_sign(self, stack, forge, secret):
        assert refused(stack, forge.token(secret=secret))
        assert refused(stack, forge.token(secret=secret, headers={"kid": key_id(secret)}))

    @pytest.mark.parametrize(
        "kid",
        [
            *("../../../../dev/null", "/dev/null", "", "0" * 16, "' OR 1=1 --", "x" * 2000),
            *("http://127.0.0.1:1/key", "${jndi:x}", "\x00"),
        ],
    )
    def test_no_id_names_a_key_of_its_own(self, stack, forge, kid):
        for secret in (None, "x" * 32):
            assert refused(stack, forge.token(headers={"kid": kid}, secret=secret))

    @pytest.mark.parametrize("kid", [None, 7, ["a"], {"$ne": ""}, True])
    def test_an_id_is_a_text(self, stack, forge, kid):
        assert refused(stack, respelled(forge.token(), {"alg": RIGHT, "kid": kid}))
        assert refused(stack, respelled(forge.token(), {"alg": RIGHT}))

    @pytest.mark.parametrize(
        "head",
        [
            {"jwk": {"kty": "oct", "k": "eHh4"}},
            *({name: "http://127.0.0.1:1/keys"} for name in ("jku", "x5u")),
            {"crit": ["b64"], "b64": False},
            {"zip": "DEF"},
        ],
    )
    def test_it_brings_no_key(self, stack, forge, head):
        assert refused(stack, forge.token(headers=head, secret="x" * 32))

    @pytest.mark.parametrize(
        "claims",
        [
            {"role": "admin"},
            {"sub": "0" * 32},
            {"sid": "0" * 32},
            {"exp": 2**40},
            {"sub": {"$ne": ""}},
        ],
    )
    def test_no_claim_changes_under_a_signature(self, stack, forge, claims):
        assert refused(stack, respelled(forge.token(), claims=forge.claims | claims))


class TestClaims:
    """Signed by us, as if another program shared the secret."""

    @pytest.mark.parametrize(
        "claims",
        [
            {"iat": -2 * HOUR, "nbf": -2 * HOUR, "exp": -HOUR},
            {"iat": HOUR, "nbf": HOUR, "exp": 2 * HOUR},
            {"nbf": HOUR // 2},
            {"exp": 24 * HOUR},
        ],
    )
    def test_only_what_is_for_now_will_do(self, stack, forge, claims):
        now_s = int(time.time())

        assert refused(stack, forge.token({name: now_s + at for name, at in claims.items()}))

    @pytest.mark.parametrize("name", ["iss", "aud", "typ"])
    @pytest.mark.parametrize("said", ["another", "", ()])
    def test_it_is_from_us_to_us(self, stack, forge, name, said):
        assert refused(stack, forge.token({name: said}))

    @pytest.mark.parametrize("name", ["sub", "sid", "role", "jti", "iat", "nbf", "exp"])
    def test_nothing_is_left_out(self, stack, forge, name):
        assert refused(stack, forge.token({name: ()}))


class TestOtherTokens:
    def test_none_stands_for_an_access_token(self, stack, person):
        job = person.finish(order(some_text()))
        stream = person.http.post(f"{job['urls']['self']}/stream-token").json()["token"]

        for token in (stream, person.tokens["refresh_token"], person.user["id"]):
            assert refused(stack, token)

    def test_an_access_token_opens_no_stream_and_refreshes_nothing(self, stack, person):
        job, token = person.finish(order(some_text())), person.tokens["access_token"]
        stream = person.http.get(job["urls"]["events"], params={"st": token})

        assert stream.status_code == 401
        assert person.refresh(token).status_code == 400  # longer than any of them

    def test_it_is_read_nowhere_but_in_its_header(self, stack, person, other_writer):
        token = person.tokens["access_token"]
        for said in ({"params": {"access_token": token}}, {"headers": {"X-Access-Token": token}}):
            assert other_writer.http.get("/api/v1/auth/me", **said).status_code in (400, 401)
