from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.account_client import PASSWORD, bearer, some_email

BETTER = "an even better battery"


@pytest.fixture
def other(person, new_person):
    """Return the same person at another device."""
    someone = new_person(person.email)
    someone.log_in()
    return someone


class TestLogIn:
    def test_it_has_the_shape_of_the_contract(self, person, new_person):
        answer = new_person(person.email).log_in()

        assert answer.status_code == 200
        assert set(answer.json()) == set(person.tokens)
        assert answer.json()["user"] == person.user

    def test_a_wrong_password_and_an_unknown_account_are_answered_alike(self, person, new_person):
        wrong = person.log_in("not the password")
        unknown = new_person(some_email()).log_in()

        told = [(a.status_code, a.json()["error"] | {"request_id": ""}) for a in (wrong, unknown)]
        assert told[0] == told[1]
        assert told[0][0] == 401

    @pytest.mark.parametrize("body", [{"$gt": ""}, {"$ne": None}, ["x"], 7, None, True])
    @pytest.mark.parametrize("field", ["email", "password"])
    def test_no_operator_gets_in(self, person, field, body):
        asked = {"email": person.email, "password": PASSWORD} | {field: body}

        assert person.ask("login", **asked).status_code == 400


class TestRefresh:
    def test_it_gives_a_fresh_pair(self, person):
        old = person.tokens
        fresh = person.come_in(person.refresh()).tokens

        assert fresh["user"] == old["user"]
        assert fresh["refresh_token"] != old["refresh_token"]
        assert person.is_in()

    def test_a_used_one_ends_the_whole_family_at_once(self, person, stack):
        used = person.tokens["refresh_token"]
        fresh = person.refresh().json()
        again = person.refresh(used)

        assert again.status_code == 401
        assert bearer(stack.url, fresh["access_token"]).status_code == 401
        assert person.refresh(fresh["refresh_token"]).status_code == 401

    def test_other_devices_are_left_alone(self, person, other):
        used = person.tokens["refresh_token"]
        person.refresh()
        person.refresh(used)

        assert other.is_in()
        assert other.refresh().status_code == 200

    def test_of_many_at_once_one_wins_and_the_family_is_dead(self, person, stack):
        with ThreadPoolExecutor(20) as pool:
            answers = list(pool.map(lambda _: person.refresh(), range(20)))
        (won,) = [answer.json() for answer in answers if answer.status_code == 200]

        assert [a.status_code for a in answers].count(401) == 19
        assert bearer(stack.url, won["access_token"]).status_code == 401
        assert person.refresh(won["refresh_token"]).status_code == 401
        assert not person.is_in()

    @pytest.mark.parametrize(
        "token", ["x", "." * 76, f"{'0' * 32}.{'A' * 43}", "é" * 76, f"{'0' * 32}.{'A' * 42}\n"]
    )
    def test_what_is_none_is_refused(self, person, token):
        assert person.refresh(token).status_code == 401

    def test_an_access_token_is_none_nor_the_other_way_round(self, person, stack):
        assert person.refresh(person.tokens["access_token"][:200]).status_code == 401
        assert bearer(stack.url, person.tokens["refresh_token"]).status_code == 401

    def test_it_needs_no_access_token_that_lives(self, person):
        person.http.headers["Authorization"] = "Bearer long.since.over"

        assert person.refresh().status_code == 200


class TestLogOut:
    def log_out(self, person, **more):
        return person.ask("logout", refresh_token=person.tokens["refresh_token"], **more)

    def test_it_holds_at_once(self, person, other):
        answer = self.log_out(person)

        assert (answer.status_code, answer.content) == (204, b"")
        assert not person.is_in()
        assert person.refresh().status_code == 401
        assert other.is_in()

    def test_it_holds_for_submissions_too(self, person):
        self.log_out(person)
        answer = person.http.post("/api/v1/chat", json={"message": "Hi"})

        assert answer.status_code == 401

    def test_again_does_no_harm(self, person, other):
        assert [self.log_out(person).status_code for _ in range(2)] == [204, 204]
        assert other.is_in()

    def test_everywhere_is_everywhere(self, person, other):
        assert self.log_out(person, everywhere=True).status_code == 204

        assert not person.is_in()
        assert not other.is_in()
        assert other.refresh().status_code == 401
        assert other.log_in().status_code == 200

    def test_only_a_token_that_stands_ends_the_others(self, person, other):
        self.log_out(person)

        assert self.log_out(person, everywhere=True).status_code == 401
        assert other.is_in()

    def test_a_used_one_ends_its_family(self, person):
        used = person.tokens
        person.come_in(person.refresh())
        person.ask("logout", refresh_token=used["refresh_token"])

        assert not person.is_in()


class TestPassword:
    def change(self, person, current=PASSWORD, new=BETTER):
        return person.ask("password", current_password=current, new_password=new)

    def test_every_other_login_ends_and_ones_own_goes_on(self, person, other):
        assert self.change(person).status_code == 204

        assert person.is_in()
        assert person.refresh().status_code == 200
        assert not other.is_in()
        assert other.refresh().status_code == 401

    def test_only_the_new_one_lets_in(self, person):
        self.change(person)

        assert person.log_in(PASSWORD).status_code == 401
        assert person.log_in(BETTER).status_code == 200

    def test_a_wrong_one_changes_nothing(self, person, other):
        assert self.change(person, current="not the password").status_code == 403

        assert other.is_in()
        assert person.log_in(PASSWORD).status_code == 200

    @pytest.mark.parametrize("new", ["short", "a" * 1025, "null\x00null"])
    def test_what_will_not_do_is_refused(self, person, new):
        assert self.change(person, new=new).status_code == 400

    def test_the_address_will_not_do(self, person):
        (fault,) = self.change(person, new=person.email).json()["error"]["details"]

        assert fault["field"] == "new_password"

    def test_of_two_at_once_one_wins(self, person):
        with ThreadPoolExecutor(2) as pool:
            new = [f"{BETTER} {n}" for n in range(2)]
            answers = list(pool.map(lambda word: self.change(person, new=word), new))
        statuses = [answer.status_code for answer in answers]
        (won,) = [word for word, status in zip(new, statuses, strict=True) if status == 204]

        assert set(statuses) <= {204, 403, 409}
        assert person.log_in(won).status_code == 200
