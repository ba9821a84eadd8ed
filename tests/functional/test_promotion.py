"""A session becomes a user, over four partitions: what comes along."""

import pytest

from tests.account_client import Person
from tests.batch_client import begin_batch, post, sections_of, sent, show
from tests.chat_client import ask_held, said
from tests.document_client import read, save
from tests.promotion_client import Newcomer, belongings, fill, sign_up
from tests.stack_client import Writer, order, some_text

PROSE = "It is good, and could be better."


@pytest.fixture
def newcomer(parts, model):
    with Newcomer(parts) as someone:
        yield someone


class TestEverything:
    @pytest.mark.parametrize("arrive", [Person.register, Person.log_in])
    def test_it_is_the_users(self, newcomer, arrive):
        someone = sign_up(newcomer) if arrive is Person.log_in else newcomer
        document, before = fill(someone)
        arrive(someone)

        assert all(before[kind] for kind in ("documents", "jobs", "templates"))
        assert belongings(someone) == before
        assert read(someone, document, "/draft")["content"] == "Thrice."
        assert len(read(someone, document, "/versions")["versions"]) == 2
        assert save(someone, document | {"revision": 2}, "Thrice.")["revision"] == 3

    def test_it_adds_to_what_the_user_has(self, newcomer):
        user = newcomer.register()
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

    def test_a_batch_that_waits_is_the_users_to_read_and_to_cancel(self, newcomer):
        batch_id = begin_batch(newcomer, sent(some_text()))
        newcomer.register()
        waiting = show(newcomer, batch_id)
        post(newcomer, batch_id, "cancel")

        assert (waiting["status"], waiting["counts"]["total"]) == ("queued", 0)
        assert show(newcomer, batch_id)["status"] == "cancelled"
        assert sections_of(newcomer, batch_id) == []

    def test_a_newer_job_of_the_user_supersedes_one_of_the_session(self, newcomer, model):
        older = newcomer.begin(order(some_text(), lane="bulk", supersede_key="k"))
        newcomer.register()
        newcomer.begin(order(some_text(), supersede_key="k"))

        assert newcomer.job(older)["status"] == "superseded"
