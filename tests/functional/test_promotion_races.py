"""A session becomes a user: its old id, two at once, and a process that dies."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.account_client import PASSWORD, Person
from tests.document_client import create, path
from tests.promotion_client import (
    LIMITS,
    belongings,
    fill,
    promotions_of,
    session_of,
    show,
    sign_up,
)
from tests.stack import until
from tests.stack_client import SUGGESTIONS, Writer, order, some_text


@pytest.fixture
def ledger(parts):
    with promotions_of(parts) as found:
        yield found


class TestTheOldId:
    def test_it_is_dead(self, parts, newcomer):
        session = session_of(newcomer)
        job_id = newcomer.begin(order(some_text()))
        newcomer.register()
        answers = [show(parts, session, path) for path in (LIMITS, f"/api/v1/jobs/{job_id}")]

        assert [answer.status_code for answer in answers] == [401, 401]
        assert "copydesk_session" not in newcomer.http.cookies

    def test_by_cookie_it_is_replaced(self, parts, newcomer):
        session = session_of(newcomer)
        document = create(newcomer)
        newcomer.register()
        with Writer(parts.url) as visitor:
            visitor.http.cookies.set("copydesk_session", session, domain="127.0.0.1")
            answer = visitor.http.get(path(document))

        assert answer.status_code == 404
        assert answer.headers["X-Session-Id"] != session

    def test_one_who_planted_it_reaches_nothing_of_what_comes_after(self, parts, newcomer):
        with Writer(parts.url) as attacker:
            attacker.http.get(LIMITS)
            planted = attacker.session
            theirs = create(attacker)
            newcomer.http.headers["X-Session-Id"] = planted
            newcomer.register()
            made, job_id = create(newcomer), newcomer.begin(order(some_text()))
            paths = (path(made), f"/api/v1/jobs/{job_id}")
            seen = [attacker.http.get(each).status_code for each in paths]

        assert seen == [404, 404]
        assert show(parts, planted, path(theirs)).status_code == 401
        # What was planted comes along.
        until(lambda: newcomer.http.get(path(theirs)).is_success, lambda: belongings(newcomer))

    def test_to_log_in_again_with_it_is_no_fault(self, newcomer):
        user = sign_up(newcomer)
        user.http.headers["X-Session-Id"] = session_of(user)
        statuses = [user.log_in().status_code for _ in range(2)]

        assert statuses == [200, 200]


class TestRaces:
    def test_of_two_users_at_once_one_gets_it(self, parts, newcomer):
        session = session_of(newcomer)
        create(newcomer)
        asked = {"X-Session-Id": session}
        with Person(parts.url, **asked) as one, Person(parts.url, **asked) as other:
            with ThreadPoolExecutor(2) as pool:
                list(pool.map(Person.register, (one, other)))
            both = (one, other)
            until(lambda: any(belongings(each)["documents"] for each in both), lambda: "nobody")
            found = [len(belongings(each)["documents"]) for each in both]

        assert sorted(found) == [0, 1]

    def test_what_is_asked_for_meanwhile_is_refused_or_the_users(self, parts, newcomer):
        session = session_of(newcomer)
        headers = {"X-Session-Id": session}

        def submit(_):
            answer = newcomer.http.post(SUGGESTIONS, json=order(some_text()), headers=headers)
            return answer.json()["id"] if answer.status_code == 202 else answer.status_code

        with ThreadPoolExecutor(8) as pool, Person(parts.url, **headers) as same:
            asked = pool.map(submit, range(60))
            same.register()
            made = {each for each in asked if each != 401}
            until(lambda: belongings(same)["jobs"] >= made, lambda: belongings(same))
            listed = belongings(same)["jobs"]

        assert made == listed


class TestAWebProcessThatDies:
    def arrive(self, someone):
        try:
            someone.ask("login", email=someone.email, password=PASSWORD)
        except OSError:
            return

    @pytest.mark.deep
    @pytest.mark.parametrize("tries_again", [True, False])
    def test_all_is_moved_nevertheless(self, parts, newcomer, ledger, tries_again):
        user = sign_up(newcomer)
        _, before = fill(user)
        session = user.session
        with ThreadPoolExecutor(1) as pool:
            pool.submit(self.arrive, user)
            ledger.wait_until_begun(session)
            parts.replace("web")
        if tries_again:
            user.log_in()
        else:
            ledger.wait_until_moved(session)
            user.http.cookies.clear()
            user.log_in()

        until(lambda: belongings(user) == before, lambda: (belongings(user), before))
        assert show(parts, session).status_code == 401
