import itertools
from contextlib import ExitStack

import pytest

from tests.account_client import Person, some_email
from tests.document_client import create, path
from tests.rates import first_refusal, until_refused
from tests.stack_client import Writer

PER_MINUTE = 10  # by address
_hosts = itertools.count(1)


@pytest.fixture
def visit(strict_stack):
    """Return a function that makes somebody at an address of their own, or at this one."""
    with ExitStack() as everyone:

        def make(email=None, address=None):
            where = {"X-Forwarded-For": address or f"198.51.100.{next(_hosts)}"}
            return everyone.enter_context(Person(strict_stack.url, email, **where))

        yield make


def address_of(person):
    return person.http.headers["X-Forwarded-For"]


def statuses(ask, a_minute=PER_MINUTE):
    """Ask until that is refused, after ten times; return what the answers were, each kind once."""
    answers = until_refused(ask, holds=10, a_minute=a_minute)
    return [*dict.fromkeys(answer.status_code for answer in answers)]


class TestByAddress:
    def test_ten_a_minute_and_no_more(self, visit):
        where = address_of(visit())
        answers = until_refused(
            lambda: visit(some_email(), where).log_in(), holds=10, a_minute=PER_MINUTE
        )

        assert {a.status_code for a in answers[:-1]} == {401}
        assert answers[0].headers["RateLimit-Policy"] == '"auth";q=10;w=60'
        assert int(answers[-1].headers["Retry-After"]) >= 1

    @pytest.mark.parametrize("route", ["register", "login", "refresh", "logout"])
    def test_what_is_malformed_counts_too(self, visit, route):
        someone = visit()

        assert statuses(lambda: someone.ask(route)) == [400, 429]

    def test_it_makes_no_session(self, visit):
        answer = visit().log_in()

        assert "Set-Cookie" not in answer.headers
        assert "X-Session-Id" not in answer.headers


class TestWaysAround:
    """What somebody at one address may try, to count as many."""

    def statuses(self, visit, name, spell):
        """Log in as somebody else each time, with a header before the one that the proxy adds."""
        where, numbers = address_of(visit()), itertools.count()
        with Writer(visit().http.base_url) as bare:
            return statuses(
                lambda: bare.http.post(
                    "/api/v1/auth/login",
                    json={"email": some_email(), "password": "a guess"},
                    headers=[(name, spell(next(numbers))), ("X-Forwarded-For", where)],
                )
            )

    @pytest.mark.parametrize(
        "name",
        [
            *("X-Forwarded-For", "Forwarded", "X-Real-IP", "X-Client-IP", "CF-Connecting-IP"),
            *("True-Client-IP", "X-Originating-IP", "X_Forwarded_For", "X-Session-Id"),
        ],
    )
    def test_no_header_of_their_own_counts(self, visit, name):
        seen = self.statuses(visit, name, lambda number: f"203.0.113.{number}")

        assert seen == [401, 429]

    def test_nor_does_a_list_of_hops(self, visit):
        hops = ", ".join(["203.0.113.9"] * 3)
        seen = self.statuses(visit, "X-Forwarded-For", lambda number: f"10.0.0.{number}, {hops}")

        assert seen == [401, 429]

    def test_all_of_a_network_counts_as_one(self, visit):
        numbers = itertools.count(1)

        def log_in():
            return visit(address=f"2001:db8:7:7:{next(numbers):x}::1").log_in()

        assert statuses(log_in) == [401, 429]

    def test_many_sessions_are_no_more_than_one(self, visit):
        someone = visit()

        assert statuses(lambda: someone.ask("anonymous")) == [201, 429]

    def test_sharing_tells_no_more_addresses_than_logging_in(self, visit):
        document = create(someone := visit().register())
        named = [{"email": some_email(), "access": "read"} for _ in range(PER_MINUTE)]
        # On a slow machine there may be enough tokens again for one, but not for two.
        answer = first_refusal(
            lambda: someone.http.put(path(document, "/sharing"), json={"shared_with": named})
        )

        assert answer.json()["error"]["details"] == []


class TestByAccount:
    def exhaust(self, visit, email):
        """Guess from many addresses until no more are taken; return the refusal."""
        answers = until_refused(lambda: visit(email).log_in("a guess"), holds=10, a_minute=1)
        assert {a.status_code for a in answers[:-1]} == {401}
        return answers[-1]

    def test_guesses_from_many_addresses_count_together(self, visit):
        victim = visit().register()
        refused = self.exhaust(visit, victim.email)

        assert refused.json()["error"]["code"] == "RATE_LIMITED"
        assert 1 <= int(refused.headers["Retry-After"]) <= 60
        assert first_refusal(lambda: visit(victim.email).log_in("a guess"))

    def test_who_knew_the_password_from_here_is_not_locked_out(self, visit):
        victim = visit().register()
        assert victim.log_in().status_code == 200
        self.exhaust(visit, victim.email)

        assert victim.log_in().status_code == 200

    def test_an_account_that_is_not_there_is_told_the_same(self, visit):
        self.exhaust(visit, some_email())

    def test_the_password_is_not_guessed_with_a_stolen_token_either(self, visit, strict_stack):
        victim = visit().register()

        def guess():
            victim.http.headers["X-Forwarded-For"] = f"198.51.100.{next(_hosts)}"
            return victim.leave("a guess")

        assert statuses(guess, a_minute=1) == [403, 429]
        assert victim.is_in()


class TestTier:
    def test_a_user_has_rates_of_their_own_whatever_the_address(self, visit):
        one = visit().register()
        other = visit(address=address_of(one)).register()
        answers = [person.me() for person in (one, other)]

        assert [a.headers["X-RateLimit-Limit"] for a in answers] == ["600", "600"]
        assert [a.headers["X-RateLimit-Remaining"] for a in answers] == ["599", "599"]

    def test_their_limits_are_told(self, visit):
        limits = visit().register().http.get("/api/v1/limits").json()["limits"]

        assert {one["service"]: one["limit"] for one in limits} == {
            "suggestions": 60,
            "chat": 30,
            "batches": 10,
            "auth": 10,
            "reads": 600,
        }
        assert {one["tier"] for one in limits} == {"user"}
