"""Access tokens: what we sign, and everything that we do not believe."""

import base64
import json

import jwt
import pytest

from shared.domain.accounts import Role
from shared.errors import UnauthenticatedError
from web.services.tokens import LEEWAY_S, AccessTokens, Bearer, key_id

SECRET, OLD, OTHER = "s" * 32, "o" * 32, "x" * 32
USER, LOGIN = "0" * 31 + "1", "0" * 31 + "2"
NOW_S, HOUR_S = 1_800_000_000, 3600


class Clock:
    """Stands still until it is set."""

    def __init__(self):
        self.now_s = NOW_S

    def __call__(self):
        return self.now_s


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def tokens(clock):
    return reader(clock, SECRET, OLD)


def reader(clock, *secrets):
    return AccessTokens(secrets, now_s=clock, new_id=lambda: "j" * 32, lifetime_s=HOUR_S)


def signed(secret=SECRET, algorithm="HS256", header=None, **changed):
    """Return a token like ours, but for what is changed; None leaves a claim out."""
    claims = {
        "iss": "copydesk",
        "aud": "copydesk-api",
        "typ": "access",
        "sub": USER,
        "sid": LOGIN,
        "role": "user",
        "jti": "j" * 32,
        "iat": NOW_S,
        "nbf": NOW_S,
        "exp": NOW_S + HOUR_S,
    }
    kept = {name: value for name, value in (claims | changed).items() if value is not None}
    head = {"kid": key_id(SECRET)} | (header or {})
    return jwt.encode(kept, secret, algorithm=algorithm, headers=head)


def unsigned(header):
    """Return a token with this header and no signature."""
    body = signed().split(".")[1]
    head = base64.urlsafe_b64encode(json.dumps(header).encode()).decode().rstrip("=")
    return f"{head}.{body}."


class TestIssue:
    def test_it_is_read_back(self, tokens):
        token = tokens.issue(USER, LOGIN, Role.ADMIN)

        assert tokens.read(token) == Bearer(USER, LOGIN, Role.ADMIN, NOW_S * 1000)

    def test_it_says_what_the_contract_says(self, tokens):
        token = tokens.issue(USER, LOGIN, Role.USER)
        claims = jwt.decode(token, options={"verify_signature": False})

        assert claims["exp"] - claims["iat"] == HOUR_S
        assert jwt.get_unverified_header(token) == {
            "alg": "HS256",
            "typ": "JWT",
            "kid": key_id(SECRET),
        }

    def test_the_name_of_a_secret_does_not_hold_it(self):
        assert len(key_id(SECRET)) == 16
        assert key_id(SECRET) not in SECRET


class TestRotation:
    def test_what_an_old_secret_signed_still_holds(self, tokens):
        assert tokens.read(signed(OLD, header={"kid": key_id(OLD)})).user_id == USER

    def test_a_secret_that_is_not_named_any_more_does_not(self, clock):
        token = signed(OLD, header={"kid": key_id(OLD)})

        with pytest.raises(UnauthenticatedError):
            reader(clock, SECRET).read(token)


CLAIMS = ("iss", "aud", "typ", "sub", "sid", "role", "jti", "iat", "nbf", "exp")
KID = key_id(SECRET)
NOT_OURS = {
    "no algorithm": unsigned({"alg": "none", "kid": KID}),
    "no algorithm, shouted": unsigned({"alg": "NONE", "kid": KID}),
    "no algorithm named": unsigned({"kid": KID}),
    "no signature": signed().rpartition(".")[0] + ".",
    "another's secret": signed(OTHER),
    "HS384": signed(SECRET + "s" * 16, "HS384"),
    "HS512 with our secret": signed(SECRET * 2, "HS512"),
    "RS256 in name": unsigned({"alg": "RS256", "kid": KID})[:-1] + ".AAAA",
    "the old secret under the new name": signed(OLD),
    "an unknown kid": signed(header={"kid": "0" * 16}),
    "a kid that is a path": signed(header={"kid": "../../../../dev/null"}),
    "a kid that is a query": signed(header={"kid": "' OR 1=1 --"}),
    "an empty kid": signed(header={"kid": ""}),
    "a kid that is a number": unsigned({"alg": "HS256", "kid": 7}),
    "a kid that is a list": unsigned({"alg": "HS256", "kid": [KID]}),
    "a kid that is nothing": unsigned({"alg": "HS256", "kid": None}),
    "no kid": unsigned({"alg": "HS256"}),
    "a key of its own": signed(OTHER, header={"jwk": {"kty": "oct", "k": OTHER}}),
    "a critical extension": signed(header={"crit": ["exp"]}),
    "ended": signed(exp=NOW_S - LEEWAY_S),
    "not begun": signed(nbf=NOW_S + LEEWAY_S + 1),
    "issued tomorrow": signed(iat=NOW_S + LEEWAY_S + 1),
    "for ever": signed(exp=NOW_S + 10**9),
    "an end that is a fraction": signed(exp=NOW_S + 60.5),
    "times that are truths": signed(nbf=True),
    "another's audience": signed(aud="somebody-else"),
    "a list of audiences": signed(aud=["copydesk-api", "somebody-else"]),
    "another issuer": signed(iss="somebody-else"),
    "a refresh token's type": signed(typ="refresh"),
    "an unknown role": signed(role="root"),
    "a role that is a list": signed(role=["admin"]),
    "a user that is no id": signed(sub="u1"),
    "a login that is no id": signed(sid="*"),
    "too long": signed(jti="j" * 5000),
    "nothing": "",
    "no token": "a.b.c",
    "other letters": "é.ü.ß",
    **{f"no {claim}": signed(**{claim: None}) for claim in CLAIMS},
}


class TestRead:
    @pytest.mark.parametrize("token", NOT_OURS.values(), ids=NOT_OURS.keys())
    def test_it_believes_nothing_else_and_tells_no_reason(self, tokens, token):
        with pytest.raises(UnauthenticatedError) as refusal:
            tokens.read(token)

        assert refusal.value.message == "The access token is unknown or has ended"
        assert refusal.value.details == []

    def test_every_one_of_them_differs_from_one_that_does(self, tokens):
        assert tokens.read(signed()).user_id == USER

    def test_an_hour_later_it_is_over(self, tokens, clock):
        token = tokens.issue(USER, LOGIN, Role.USER)
        clock.now_s += HOUR_S + LEEWAY_S - 1
        assert tokens.read(token).user_id == USER

        clock.now_s += 1
        with pytest.raises(UnauthenticatedError):
            tokens.read(token)

    def test_a_clock_that_is_a_little_behind_is_forgiven(self, tokens, clock):
        token = tokens.issue(USER, LOGIN, Role.USER)
        clock.now_s -= LEEWAY_S

        assert tokens.read(token).login_id == LOGIN
