import time

import pytest

from shared.domain.identity import Caller, Credential, Tier
from shared.errors import UnauthenticatedError
from web.services.stream_tokens import TOKEN_S, Follower, StreamTokens

SECRET = "a secret of more than thirty-two bytes"
OWNER = Follower("s1", Tier.ANONYMOUS)


@pytest.fixture
def tokens():
    return StreamTokens(SECRET)


class TestStreamTokens:
    def test_they_tell_who_may_follow(self, tokens):
        assert StreamTokens(SECRET).read(tokens.issue("job_1", OWNER), "job_1") == OWNER

    def test_they_end_after_a_quarter_of_an_hour(self, tokens, monkeypatch):
        token, now = tokens.issue("job_1", OWNER), time.time()
        monkeypatch.setattr("time.time", lambda: now + TOKEN_S - 1)
        assert tokens.read(token, "job_1") == OWNER

        monkeypatch.setattr("time.time", lambda: now + TOKEN_S + 2)
        with pytest.raises(UnauthenticatedError):
            tokens.read(token, "job_1")

    def test_they_stand_for_the_login_that_asked(self, tokens):
        asked = Caller("u1", Tier.USER, Credential.BEARER, "198.51.100.1", "", "1", "login", 7)
        read = tokens.read(tokens.issue("job_1", Follower.of(asked)), "job_1")

        assert read.caller("198.51.100.1") == asked

    def test_they_hold_for_one_job_and_one_secret(self, tokens):
        token = tokens.issue("job_1", OWNER)

        with pytest.raises(UnauthenticatedError):
            tokens.read(token, "job_2")
        with pytest.raises(UnauthenticatedError):
            StreamTokens(SECRET + "!").read(token, "job_1")
