import unicodedata
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.account_client import PASSWORD, some_email
from tests.stack import until
from tests.stack_client import order, some_text


@pytest.fixture
def newcomer(new_person):
    return new_person()


def register(someone, **changed):
    return someone.ask("register", **{"email": someone.email, "password": PASSWORD} | changed)


class TestRegister:
    def test_it_has_the_shape_of_the_contract(self, newcomer):
        answer = register(newcomer, name="Ada")
        made = answer.json()

        assert answer.status_code == 201
        assert set(made) == {"access_token", "refresh_token", "token_type", "expires_in", "user"}
        assert (made["token_type"], made["expires_in"]) == ("Bearer", 3600)
        assert set(made["user"]) == {"id", "email", "name", "role"}
        assert (made["user"]["name"], made["user"]["role"]) == ("Ada", "user")
        assert answer.headers["Cache-Control"] == "no-store"

    def test_the_tokens_do_at_once(self, person):
        assert person.me().json() == person.user

    def test_the_alias_serves_too(self, person):
        assert person.http.get("/api/auth/me").json() == person.user

    def test_it_makes_no_session_and_ends_the_one_there_was(self, newcomer):
        newcomer.http.get("/api/v1/limits")
        session = newcomer.session
        answer = register(newcomer)
        (cookie,) = answer.headers.get_list("Set-Cookie")

        assert session not in cookie
        assert {"Max-Age=0", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
        assert "X-Session-Id" not in answer.headers

    def test_a_bearer_gets_no_cookie(self, person):
        answer = person.me()

        assert "Set-Cookie" not in answer.headers
        assert "X-Session-Id" not in answer.headers

    def test_of_many_at_once_with_one_address_one_comes_in(self, new_person):
        email = some_email()
        # Twice as many as are hashed at once: more might be told to come back.
        everyone = [new_person(email) for _ in range(8)]
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(register, everyone))

        assert sorted(a.status_code for a in answers) == [201] + [409] * 7
        assert {a.json()["error"]["code"] for a in answers if a.is_error} == {"CONFLICT"}

    @pytest.mark.parametrize("write", [str.upper, str.title])
    def test_an_address_in_another_case_is_the_same(self, person, new_person, write):
        other = new_person(write(person.email))
        answer = register(other)

        assert answer.status_code == 409
        assert other.log_in().is_success

    def test_a_password_is_the_same_from_every_keyboard(self, newcomer):
        composed = "pässwörter"
        register(newcomer, password=unicodedata.normalize("NFD", composed))

        assert newcomer.log_in(composed).status_code == 200


class TestBadInput:
    @pytest.mark.parametrize(
        ("changed", "field"),
        [
            ({"role": "admin"}, "role"),
            ({"id": "0" * 32}, "id"),
            ({"email_key": "x"}, "email_key"),
            ({"password_version": 9}, "password_version"),
            ({"email": {"$gt": ""}}, "email"),
            ({"password": {"$ne": None}}, "password"),
            ({"email": "nobody"}, "email"),
            ({"password": "short"}, "password"),
            ({"password": "a" * 1025}, "password"),
            ({"password": "null\x00null"}, "password"),
            ({"name": ["Ada"]}, "name"),
            ({"name": "a" * 201}, "name"),
        ],
    )
    def test_it_is_refused_by_name(self, newcomer, changed, field):
        answer = register(newcomer, **changed)

        assert answer.status_code == 400
        assert [fault["field"] for fault in answer.json()["error"]["details"]] == [field]

    def test_the_address_is_no_password(self, newcomer):
        assert register(newcomer, password=newcomer.email).status_code == 400

    def test_a_password_of_megabytes_costs_nothing(self, newcomer):
        assert register(newcomer, password="a" * 1_500_000).status_code == 400


class TestChange:
    def change(self, person, **body):
        return person.http.patch("/api/v1/auth/me", json=body)

    def test_a_name_is_changed(self, person):
        assert self.change(person, name="Grace").json() == person.user | {"name": "Grace"}
        assert person.me().json()["name"] == "Grace"

    def test_an_address_needs_the_password(self, person):
        moved = some_email()
        refused = self.change(person, email=moved)
        wrong = self.change(person, email=moved, current_password="something else")
        right = self.change(person, email=moved, current_password=PASSWORD)

        assert [refused.status_code, wrong.status_code, right.status_code] == [400, 403, 200]
        assert person.log_in().status_code == 401
        person.email = moved
        assert person.log_in().status_code == 200

    def test_an_address_that_is_taken_stays_with_whom_it_is(self, person, newcomer):
        newcomer.register()
        answer = self.change(person, email=newcomer.email.upper(), current_password=PASSWORD)

        assert answer.status_code == 409
        assert person.me().json()["email"] == person.email

    @pytest.mark.parametrize("name", ["role", "id", "password", "password_version", "owner"])
    def test_nothing_else_is(self, person, name):
        assert self.change(person, **{name: "admin"}).status_code == 400
        assert person.me().json() == person.user


class TestOwner:
    def test_a_users_jobs_are_theirs_at_every_device(self, person, new_person):
        job_id = person.begin(order(some_text()))
        other = new_person(person.email)
        other.log_in()

        assert other.job(job_id)["id"] == job_id
        stranger = new_person().register()
        assert stranger.http.get(f"/api/v1/jobs/{job_id}").status_code == 404

    @pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
    def test_whoever_has_none_is_told_to_log_in_and_gets_no_session(self, writer, method):
        answer = writer.http.request(method, "/api/v1/auth/me", json={})

        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        assert "Set-Cookie" not in answer.headers

    def test_a_bearer_wins_over_a_session(self, person):
        person.http.headers["X-Session-Id"] = "A" * 43

        assert person.is_in()

    def test_a_bad_bearer_is_refused_whatever_else_is_shown(self, writer):
        writer.http.get("/api/v1/limits")
        answer = writer.http.get("/api/v1/limits", headers={"Authorization": "Bearer x.y.z"})

        assert answer.status_code == 401


class TestSecrecy:
    def test_nothing_that_lets_in_is_logged(self, person, stack):
        person.refresh()
        person.log_in("a wrong password")
        answer = person.http.get("/api/v1/auth/me", headers={"X-Request-Id": "secrecy-1"})
        until(lambda: "secrecy-1" in stack.logs(), stack.logs)
        logs = stack.logs()

        assert answer.status_code == 200
        for secret in (*person.tokens.values(), PASSWORD, "a wrong password", person.email):
            assert str(secret) not in logs or secret in ("Bearer", 3600)
