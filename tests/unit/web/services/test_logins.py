"""What log-ins do to the stores, whoever comes between two steps."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest

from shared.domain.accounts import Role, User, read_email
from shared.errors import RateLimitedError, StoreUnavailableError, UnauthenticatedError
from web.services.logins import MOST_LOGINS, LoginDesk
from web.services.tokens import AccessTokens

ADA = read_email("ada@example.com")
USER = User(
    id="1" * 32,
    email=ADA.shown,
    email_key=ADA.key,
    name="Ada",
    password="hash of right",
    role=Role.USER,
    created_at=datetime(2026, 1, 1, tzinfo=UTC),
)


@dataclass
class Users:
    """Knows one user, who may be changed between two questions."""

    user: User | None = USER
    rehashed: list = field(default_factory=list)

    def find_by_email(self, email):
        return self.user if self.user and email.key == self.user.email_key else None

    def find(self, _user_id):
        return self.user

    def rehash(self, _user, kept):
        self.rehashed.append(kept)


@dataclass
class Logins:
    """Keeps logins, newest first."""

    kept: dict = field(default_factory=dict)
    ended: list = field(default_factory=list)

    def add(self, login, token):
        self.kept = {login.id: (login, token)} | self.kept

    def of(self, _owner):
        return list(self.kept)

    def end(self, _owner, login_ids):
        self.ended += login_ids

    def find(self, login_id, token=None):
        login, current = self.kept.get(login_id, (None, None))
        return login if token in (None, current) else None

    def rotate(self, login_id, used, fresh):
        login = self.find(login_id, used)
        if login:
            self.kept[login_id] = (login, fresh)
        return login


@dataclass
class Passwords:
    """Counts what it is asked, for each question costs the same."""

    asked: list = field(default_factory=list)
    outdated: bool = False

    def verify(self, password, kept):
        self.asked.append((password, kept))
        return kept == f"hash of {password}"

    def hash(self, password):
        return f"new hash of {password}"

    def is_outdated(self, _kept):
        return self.outdated


@dataclass
class Guesses:
    empty: bool = False
    trusted: list = field(default_factory=list)

    def spend(self, _email_key, _address):
        if self.empty:
            raise RateLimitedError("Too many", retry_after_ms=1)

    def trust(self, email_key, address):
        self.trusted.append((email_key, address))


@pytest.fixture
def desk():
    numbers = iter(range(10_000))
    logins = Logins()
    tokens = AccessTokens(["s" * 32], now_s=lambda: 0, new_id=str, lifetime_s=60)
    return LoginDesk(
        users=Users(),
        logins=logins,
        revocations=logins,
        guesses=Guesses(),
        passwords=Passwords(),
        tokens=tokens,
        new_id=lambda: f"{next(numbers):032x}",
    )


class TestLogIn:
    def test_an_unknown_account_costs_as_much_as_a_wrong_password(self, desk):
        unknown = read_email("nobody@example.com")
        for email in (ADA, unknown):
            with pytest.raises(UnauthenticatedError):
                desk.log_in(email, "wrong", "192.0.2.1")

        assert desk.passwords.asked == [("wrong", USER.password), ("wrong", None)]
        assert desk.guesses.trusted == []

    def test_no_password_is_looked_at_once_the_tries_are_used_up(self, desk):
        desk.guesses.empty = True
        with pytest.raises(RateLimitedError):
            desk.log_in(ADA, "right", "192.0.2.1")

        assert desk.passwords.asked == []

    def test_the_address_of_a_right_one_is_familiar(self, desk):
        desk.log_in(ADA, "right", "192.0.2.1")

        assert desk.guesses.trusted == [(ADA.key, "192.0.2.1")]

    @pytest.mark.parametrize(("outdated", "kept"), [(True, ["new hash of right"]), (False, [])])
    def test_what_was_hashed_otherwise_is_hashed_again(self, desk, outdated, kept):
        desk.passwords.outdated = outdated
        desk.log_in(ADA, "right", "192.0.2.1")

        assert desk.users.rehashed == kept

    @pytest.mark.parametrize("now", [None, replace(USER, password_version=2)])
    def test_one_that_overtakes_the_end_of_all_logins_is_ended(self, desk, now):
        desk.users.user = now
        with pytest.raises(UnauthenticatedError):
            desk.begin(USER)

        assert desk.logins.ended == list(desk.logins.kept)

    def test_the_role_is_what_it_is_by_now(self, desk):
        desk.users.user = replace(USER, role=Role.ADMIN)

        assert desk.tokens.read(desk.begin(USER).access_token).role is Role.ADMIN

    def test_the_oldest_make_room(self, desk):
        granted = [desk.begin(USER) for _ in range(MOST_LOGINS + 1)]

        assert desk.logins.ended == [granted[0].refresh_token.split(".")[0]]


class TestRefresh:
    @pytest.mark.parametrize("now", [None, replace(USER, password_version=2)])
    def test_a_login_under_an_old_password_is_over(self, desk, now):
        token = desk.begin(USER).refresh_token
        desk.users.user = now
        with pytest.raises(UnauthenticatedError):
            desk.refresh(token)

        assert desk.logins.ended == list(desk.logins.kept)

    def test_a_store_that_is_away_does_not_use_the_token_up(self, desk, monkeypatch):
        token = desk.begin(USER).refresh_token

        def away(_user_id):
            raise StoreUnavailableError("away")

        with monkeypatch.context() as patched:
            patched.setattr(desk.users, "find", away)
            with pytest.raises(StoreUnavailableError):
                desk.refresh(token)
        assert desk.refresh(token).refresh_token != token

    def test_a_reuse_that_cannot_be_acted_on_is_no_mere_refusal(self, desk, monkeypatch):
        token = desk.begin(USER).refresh_token
        desk.refresh(token)

        def away(*_):
            raise StoreUnavailableError("away")

        monkeypatch.setattr(desk.revocations, "end", away)
        with pytest.raises(StoreUnavailableError):
            desk.refresh(token)
