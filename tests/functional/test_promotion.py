"""A session becomes a user, over four partitions."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.account_client import PASSWORD, Person
from tests.chat_client import ask_held, said
from tests.document_client import create, path, read, save
from tests.promotion_client import LIMITS, belongings, promotions_of, session_of, show
from tests.stack import OwnRedis
from tests.stack_client import SUGGESTIONS, Writer, order, some_text
from tests.template_client import make

PROSE = "It is good, and could be better."


@pytest.fixture(scope="module")
def parts(new_stack, house):
    """Return a stack whose jobs lie in four partitions, and where bulk work waits for ever."""
    with (
        OwnRedis(house / "parts-redis") as redis,
        new_stack("parts", redis, PARTITIONS="4", BULK_WINDOW="1", MONGO_TIMEOUT="10") as own,
    ):
        yield own.start("web", "interactive", "sweeper").wait_until_ready()


@pytest.fixture
def ledger(parts):
    with promotions_of(parts) as found:
        yield found


@pytest.fixture
def newcomer(parts, model):
    with Person(parts.url) as someone:
        yield someone


@pytest.fixture
def user(parts, model):
    """Return somebody who has an account, and shows no token of it."""
    with Person(parts.url) as someone:
        someone.register()
        del someone.http.headers["Authorization"]
        yield someone


def fill(someone):
    """Make something of each kind; return what belongs to them then."""
    document = create(someone, "Once.")
    save(someone, document, "Twice.")
    make(someone)
    someone.finish(order(some_text()))
    someone.begin(order(some_text(), lane="bulk"))
    someone.http.put(path(document, "/draft"), json={"content": "Thrice.", "base_revision": 2})
    return document, belongings(someone)


class TestEverything:
    @pytest.mark.parametrize("arrive", [Person.register, Person.log_in])
    def test_it_is_the_users(self, user, newcomer, arrive):
        someone = user if arrive is Person.log_in else newcomer
        document, before = fill(someone)
        arrive(someone)

        assert all(before[kind] for kind in ("documents", "jobs", "templates"))
        assert belongings(someone) == before
        assert read(someone, document, "/draft")["content"] == "Thrice."
        assert len(read(someone, document, "/versions")["versions"]) == 2
        assert save(someone, document | {"revision": 2}, "Thrice.")["revision"] == 3

    def test_it_adds_to_what_the_user_has(self, user):
        user.log_in()
        mine, _ = fill(user)
        del user.http.headers["Authorization"]
        brought, _ = fill(user)
        user.log_in()

        assert belongings(user)["documents"] == {mine["id"], brought["id"]}
        assert len(belongings(user)["jobs"]) == 4

    def test_decisions_stay_and_may_be_changed(self, newcomer):
        job = newcomer.finish(order(some_text()))
        suggestion = f"{job['urls']['self']}/suggestions/sg_1"
        newcomer.http.post(f"{suggestion}/accept")
        newcomer.register()

        assert newcomer.job(job["id"])["result"]["suggestions"][0]["state"] == "accepted"
        assert newcomer.http.post(f"{suggestion}/reject").json()["state"] == "rejected"

    def test_a_key_finds_the_job_that_it_made(self, newcomer):
        body, key = order(some_text()), {"Idempotency_Key": "before"}
        first = newcomer.submit(body, **key).json()["id"]
        newcomer.register()
        again = newcomer.submit(body, **key)

        assert (again.json()["id"], again.headers["Idempotent-Replayed"]) == (first, "true")

    def test_it_goes_with_the_account(self, parts, newcomer):
        _, before = fill(newcomer)
        newcomer.register()
        (document_id,) = before["documents"]
        with Writer(parts.url) as stranger:
            newcomer.http.put(f"/api/v1/documents/{document_id}/sharing", json={"public": True})
            is_public = stranger.http.get(f"/api/v1/documents/{document_id}").status_code
            newcomer.leave()

            assert is_public == 200
            assert stranger.http.get(f"/api/v1/documents/{document_id}").status_code == 404


class TestInFlight:
    def test_a_chat_goes_on_and_its_answer_is_the_users(self, newcomer, model):
        job_id = ask_held(newcomer, model, PROSE)
        newcomer.register()
        conversation_id = newcomer.job(job_id)["conversation_id"]
        model.reset()
        ended = newcomer.ended(job_id)

        assert (ended["status"], ended["outcome"]) == ("succeeded", "complete")
        assert [text for _, text, _ in said(newcomer, conversation_id)][1:] == [PROSE]

    def test_a_chat_that_the_user_stops_keeps_what_was_said(self, newcomer, model):
        job_id = ask_held(newcomer, model, PROSE)
        newcomer.register()
        newcomer.cancel(job_id)
        conversation_id = newcomer.ended(job_id)["conversation_id"]

        assert [stopped for *_, stopped in said(newcomer, conversation_id)] == [False, True]

    def test_an_open_stream_goes_on_to_its_end(self, newcomer, model):
        job_id, hold = newcomer.begin_held(model, some_text())
        with newcomer.follow(job_id) as events:
            first = next(events)
            newcomer.register()
            hold.set()
            rest = list(events)

        assert (first.name, rest[-1].name) == ("job.queued", "job.succeeded")
        assert rest[-1].data["job"]["id"] == job_id

    def test_work_that_waits_can_be_cancelled(self, newcomer):
        held = [newcomer.begin(order(some_text(), lane="bulk")) for _ in range(3)]
        newcomer.register()
        newcomer.cancel(held[2])

        assert newcomer.job(held[2])["status"] == "cancelled"
        assert [newcomer.job(one)["status"] for one in held[:2]] == ["queued"] * 2

    def test_a_newer_job_of_the_user_supersedes_one_of_the_session(self, newcomer, model):
        older = newcomer.begin(order(some_text(), lane="bulk", supersede_key="k"))
        newcomer.register()
        newcomer.begin(order(some_text(), supersede_key="k"))

        assert newcomer.job(older)["status"] == "superseded"


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
        assert newcomer.http.get(path(theirs)).status_code == 200  # what was planted came along

    def test_to_log_in_again_with_it_is_no_fault(self, user):
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
            found = [len(belongings(each)["documents"]) for each in (one, other)]

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
            listed = belongings(same)["jobs"]

        assert made == listed


class TestAWebProcessThatDies:
    def arrive(self, someone):
        try:
            someone.ask("login", email=someone.email, password=PASSWORD)
        except OSError:
            return

    @pytest.mark.parametrize("tries_again", [True, False])
    def test_all_is_moved_nevertheless(self, parts, user, ledger, tries_again):
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

        assert belongings(user) == before
        assert show(parts, session).status_code == 401
