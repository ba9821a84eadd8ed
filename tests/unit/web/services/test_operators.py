from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from shared.data.mongo.audit import DONE, AuditLog
from shared.domain.accounts import EmailAddress, Role, User
from shared.errors import (
    ForbiddenError,
    RateLimitedError,
    StoreUnavailableError,
    UnauthenticatedError,
)
from web.services.logins import Granted
from web.services.operators import AUDIENCE, NOBODY, REFUSED, OperatorAccess
from web.services.tokens import AccessTokens

EMAIL = EmailAddress("ada@example.com", "ada@example.com")
ADMIN = User(
    id="a" * 32,
    email=EMAIL.shown,
    email_key=EMAIL.key,
    name="Ada",
    password="hash",
    role=Role.ADMIN,
    created_at=datetime(2026, 1, 1, tzinfo=UTC),
)
LOGIN_ID = "b" * 32


def tokens(audience):
    return AccessTokens(
        ["s" * 32], now_s=lambda: 1000, new_id=lambda: "j", lifetime_s=60, audience=audience
    )


class FakeLogins:
    """Lets in whom it is told, and remembers whose logins were ended."""

    def __init__(self):
        self.tokens = tokens("copydesk-api")
        self.user, self.fault, self.ended = ADMIN, None, []
        self.revocations = SimpleNamespace(end=lambda owner, ids: self.ended.append((owner, ids)))

    def log_in(self, email, password, address):
        if self.fault:
            raise self.fault
        token = self.tokens.issue(self.user.id, LOGIN_ID, self.user.role)
        return Granted(token, "refresh", 60, self.user)


class FakeAudit(AuditLog):
    """Keeps entries in a list, or is away."""

    def __init__(self):
        self.entries, self.is_away = [], False

    def note(self, deed, outcome):
        if self.is_away:
            raise StoreUnavailableError("away")
        self.entries.append((deed.who, deed.what, outcome))
        return "id"

    def _end(self, entry_id, outcome):
        self.entries.append(outcome)


@pytest.fixture
def logins():
    return FakeLogins()


@pytest.fixture
def audit():
    return FakeAudit()


@pytest.fixture
def access(logins, audit):
    return OperatorAccess(logins, tokens(AUDIENCE), audit, b"key")


def log_in(access):
    return access.log_in(EMAIL, "password", "192.0.2.1", "req-1")


class TestLogIn:
    def test_an_admin_gets_a_token_of_the_page(self, access, audit):
        caller = access.caller(log_in(access), "192.0.2.1")

        assert (caller.user_id, caller.login_id, caller.tier) == (ADMIN.id, LOGIN_ID, "admin")
        assert audit.entries == [(ADMIN.id, "log in", DONE)]

    def test_the_api_does_not_believe_it(self, access, logins):
        with pytest.raises(UnauthenticatedError):
            logins.tokens.read(log_in(access))

    def test_nobody_else_is_let_in_and_their_login_ends(self, access, logins, audit):
        logins.user = replace(ADMIN, role=Role.USER)
        with pytest.raises(UnauthenticatedError):
            log_in(access)

        assert logins.ended == [(ADMIN.owner, [LOGIN_ID])]
        assert audit.entries == [(ADMIN.id, "log in", REFUSED)]

    def test_a_wrong_password_is_written_down_without_a_name(self, access, logins, audit):
        logins.fault = UnauthenticatedError("wrong")
        with pytest.raises(UnauthenticatedError):
            log_in(access)

        assert audit.entries == [(NOBODY, "log in", REFUSED)]

    def test_those_who_try_too_often_fill_no_log(self, access, logins, audit):
        logins.fault = RateLimitedError("slow down", retry_after_ms=1)
        with pytest.raises(RateLimitedError):
            log_in(access)

        assert audit.entries == []

    def test_nobody_is_let_in_unrecorded(self, access, audit):
        audit.is_away = True

        with pytest.raises(StoreUnavailableError):
            log_in(access)


class TestLogOut:
    def test_it_ends_the_login(self, access, logins, audit):
        access.log_out(access.caller(log_in(access), ""), "req-2")

        assert logins.ended == [(ADMIN.owner, [LOGIN_ID])]
        assert audit.entries[1:] == [(ADMIN.id, "log out", "begun"), DONE]


class TestForms:
    def test_its_own_form_counts(self, access):
        operator = access.caller(log_in(access), "")

        access.check_form(operator, access.form_token(operator))

    @pytest.mark.parametrize("given", ["", "x", "é"])
    def test_what_is_made_up_does_not(self, access, given):
        with pytest.raises(ForbiddenError):
            access.check_form(access.caller(log_in(access), ""), given)

    def test_nor_does_that_of_another_login(self, access):
        operator = access.caller(log_in(access), "")
        other = replace(operator, login_id="c" * 32)

        with pytest.raises(ForbiddenError):
            access.check_form(operator, access.form_token(other))
