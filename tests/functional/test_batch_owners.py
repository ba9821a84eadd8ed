import pytest

from tests.batch_client import (
    BATCHES,
    begin_batch,
    begin_held_batch,
    children_of,
    ended_batch,
    finish_batch,
    post,
    sections_of,
    sent,
    some_texts,
    submit,
)
from tests.document_client import create, fault, path
from tests.functional.test_job_deletion import kept
from tests.stack import until
from tests.stack_client import order, some_text
from web.schemas.batches import SectionView

THREE = 3


POSTS = ("cancel", "retry")
TAILS = ("", "/sections", "/events")


@pytest.fixture
def held(writer, model):
    """Return a batch whose sections are all being asked about, its body, and what they wait for."""
    return begin_held_batch(writer, model, sent(*some_texts()))


def calls(model, body):
    return sum(len(model.calls_about(section["content"])) for section in body["sections"])


class TestSharing:
    def test_an_identical_one_in_flight_is_joined(self, writer, model, held):
        batch_id, body, hold = held
        follower = begin_batch(writer, body)
        hold.set()
        leads, follows = (ended_batch(writer, one) for one in (batch_id, follower))

        assert calls(model, body) == THREE
        assert [one["dedup"]["joined"] for one in (leads, follows)] == [False, True]
        assert [one["usage"]["cost_usd"] > 0 for one in (leads, follows)] == [True, False]
        assert leads["result"]["suggestions"] == follows["result"]["suggestions"]

    def test_one_that_is_to_be_fresh_is_asked_about_anew(self, writer, model, held):
        batch_id, body, hold = held
        fresh = begin_batch(writer, body, Cache_Control="no-cache")
        until(lambda: calls(model, body) == 2 * THREE, lambda: calls(model, body))
        hold.set()

        assert ended_batch(writer, fresh)["dedup"]["joined"] is False
        assert ended_batch(writer, batch_id)["status"] == "succeeded"

    def test_the_same_request_again_is_the_same_batch(self, writer):
        body, key = sent(*some_texts()), {"Idempotency_Key": "one"}
        first, again = (submit(writer, body, **key) for _ in range(2))
        other = submit(writer, sent(*some_texts()), **key)

        assert first.json()["id"] == again.json()["id"]
        assert again.headers["Idempotent-Replayed"] == "true"
        assert fault(other) == (422, "IDEMPOTENCY_MISMATCH")

    def test_also_once_what_it_names_is_gone(self, writer):
        document = create(writer, some_text())
        body = {"document": {"id": document["id"]}, "prompt": sent()["prompt"]}
        first = submit(writer, body, Idempotency_Key="gone")
        writer.http.delete(path(document))
        again = submit(writer, body, Idempotency_Key="gone")

        assert again.json()["id"] == first.json()["id"]
        assert fault(submit(writer, body)) == (404, "NOT_FOUND")


class TestAnotherKind:
    def test_it_is_no_batch(self, writer):
        job_id = writer.finish(order(some_text()))["id"]
        answers = [writer.http.get(f"{BATCHES}/{job_id}{tail}") for tail in TAILS]
        answers += [post(writer, job_id, tail) for tail in POSTS]

        assert {fault(answer) for answer in answers} == {(404, "NOT_FOUND")}

    def test_the_list_of_jobs_tells_them_apart(self, writer):
        job_id = writer.finish(order(some_text()))["id"]
        batch_id = finish_batch(writer, sent(some_text()))["id"]

        def listed(kind):
            answer = writer.http.get("/api/v1/jobs", params={"kind": kind})
            return answer.status_code, [one["id"] for one in answer.json().get("jobs", ())]

        assert listed("batch") == (200, [batch_id])
        assert listed("suggestion") == (200, [job_id])
        assert listed("section") == (400, [])


class TestOwners:
    def test_for_others_it_is_none(self, other_writer, held):
        answers = [other_writer.http.get(f"{BATCHES}/{held[0]}{tail}") for tail in TAILS]
        answers += [post(other_writer, held[0], tail) for tail in POSTS]

        assert {fault(answer) for answer in answers} == {(404, "NOT_FOUND")}

    def test_a_session_that_becomes_a_user_brings_it_along(self, new_person, model):
        someone = new_person()
        batch_id, _, hold = begin_held_batch(someone, model, sent(*some_texts()))
        someone.register()
        hold.set()

        assert ended_batch(someone, batch_id)["counts"]["succeeded"] == THREE
        for section in sections_of(someone, batch_id):
            SectionView.model_validate(section)
            assert len(section["suggestions"]) == 1

    def test_of_what_is_deleted_nothing_is_kept(self, stack, writer, held):
        batch_id, _, hold = held
        children = children_of(stack, batch_id)
        hold.set()
        ended_batch(writer, batch_id)
        writer.http.delete(f"/api/v1/jobs/{batch_id}")

        assert len(children) == THREE
        for one in (batch_id, *children):
            until(lambda one=one: not kept(stack, one), lambda one=one: kept(stack, one))

    def test_what_is_deleted_is_gone_and_nothing_more_is_asked(self, writer, model, held):
        batch_id, body, _ = held
        deleted = writer.http.delete(f"/api/v1/jobs/{batch_id}")
        asked = [call for one in body["sections"] for call in model.calls_about(one["content"])]

        assert deleted.status_code == 204
        assert writer.http.get(f"{BATCHES}/{batch_id}").status_code == 404
        until(lambda: all(call.hung_up for call in asked), lambda: "a call goes on")
