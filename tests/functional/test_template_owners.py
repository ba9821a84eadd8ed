"""Templates of people with accounts."""

import pytest

from shared.data.mongo.client import open_database
from shared.data.mongo.users import UserRepository
from shared.domain.accounts import Role
from tests.stack import until
from tests.stack_client import order, some_text
from tests.template_client import TEMPLATES, get, ids, make, prompt, put


@pytest.fixture
def database(stack):
    found = open_database(stack.settings)
    yield found
    found.client.close()


def test_a_user_has_templates_of_their_own(person, writer):
    mine = make(person)["id"]
    put(person, mine)
    job = person.finish(order(some_text(), prompt=prompt(mine)))

    assert ids(person, owner="me") == [mine]
    assert job["template"] == {"id": mine, "version": 2}
    assert get(writer, mine).status_code == 404
    assert get(person, f"{mine}/performance").status_code == 200
    assert get(person, "clearer/performance").status_code == 403


def test_an_admin_sees_how_the_systems_do_and_nobody_elses(person, database, writer):
    theirs = make(writer)["id"]
    job = writer.finish(order(some_text(), prompt=prompt("academic")))
    writer.http.post(f"{job['urls']['self']}/suggestions/sg_1/accept")
    UserRepository(database).set_role(person.user["id"], Role.ADMIN)
    person.log_in()
    shown = get(person, "academic/performance").json()["versions"]

    assert shown[-1]["accepted"] >= 1
    for tail in ("", "/performance", "/versions"):
        assert get(person, theirs + tail).status_code == 404
    assert put(person, "clearer").status_code == 403
    assert person.http.delete(f"{TEMPLATES}/{theirs}").status_code == 404


def test_no_word_of_them_outlives_the_account(person, database, stack):
    mine = make(person)["id"]
    put(person, mine)
    assert person.leave().is_success

    said = {"template_id": mine, "instruction": {"$exists": True}}
    kept = [database[name] for name in ("templates", "template_versions")]
    until(lambda: not sum(each.count_documents(said) for each in kept), stack.logs)
