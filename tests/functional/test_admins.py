import pytest

from tests.admin_command import accounts_of


@pytest.fixture
def accounts(stack):
    return accounts_of(stack)


class TestPromote:
    def test_it_makes_an_admin_who_logs_in_again(self, accounts, person):
        done = accounts("promote-admin", person.email.upper())

        assert done.returncode == 0
        assert not person.is_in()
        assert person.refresh().status_code == 401
        assert person.log_in().json()["user"]["role"] == "admin"

    def test_an_admins_rates_are_theirs(self, accounts, person):
        accounts("promote-admin", person.email)
        person.log_in()
        limits = person.http.get("/api/v1/limits").json()["limits"]

        assert {one["tier"] for one in limits} == {"admin"}

    def test_it_is_taken_back_at_once(self, accounts, person):
        accounts("promote-admin", person.email)
        person.log_in()
        accounts("demote-admin", person.email)

        assert not person.is_in()
        assert person.log_in().json()["user"]["role"] == "user"

    @pytest.mark.parametrize("email", ["nobody@example.com", "nobody"])
    def test_whom_it_does_not_know_it_says_so(self, accounts, email):
        done = accounts("promote-admin", email)

        assert done.returncode == 1
        assert "e-mail address" in done.stderr
        assert "Traceback" not in done.stderr


def test_an_admin_sees_how_the_systems_templates_do(accounts, person):
    refused = person.http.get("/api/v1/analytics/templates")
    accounts("promote-admin", person.email)
    person.log_in()
    answer = person.http.get("/api/v1/analytics/templates")

    assert (refused.status_code, answer.status_code) == (403, 200)
    (found,) = [one for one in answer.json()["templates"] if one["id"] == "more-professional"]
    assert [one["version"] for one in found["versions"]] == list(
        range(1, len(found["versions"]) + 1)
    )
    assert {"accepted", "rejected", "acceptance_rate", "interval"} <= set(found["versions"][0])
