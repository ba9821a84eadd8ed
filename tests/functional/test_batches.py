import threading

import pytest
from redis import Redis

from shared.domain.batches import OnError
from tests.batch_client import (
    BATCHES,
    begin_batch,
    ended_batch,
    finish_batch,
    post,
    sections_of,
    sent,
    show,
    submit,
)
from tests.document_client import create, fault, path, save
from tests.model_server_scripts import known_words
from tests.stack import until
from tests.stack_client import order, some_text
from web.schemas.batches import BatchView, SectionView
from web.schemas.jobs import JobView

THREE = 3
POSTS = ("cancel", "retry")
TAILS = ("", "/sections", "/events")


def some_texts(count=THREE):
    return [some_text() for _ in range(count)]


@pytest.fixture
def hold(model):
    """Return what the last chunk of every answer waits for."""
    event = threading.Event()
    model.plan(lambda call: known_words(call, hold=event))
    return event


@pytest.fixture
def held(writer, model, hold):
    """Return a batch whose sections are all being asked about, its body, and what they wait for."""
    texts = some_texts()
    body = sent(*texts)
    batch_id = begin_batch(writer, body)
    wait_for_calls(model, texts)
    return batch_id, body, hold


def wait_for_calls(model, texts):
    until(lambda: all(map(model.calls_about, texts)), lambda: "not all were asked about")


def texts_of(body):
    return [section["content"] for section in body["sections"]]


def calls(model, body):
    return sum(len(model.calls_about(text)) for text in texts_of(body))


class TestAccepted:
    def test_it_is_a_job(self, writer):
        answer = submit(writer, sent(*some_texts()))
        job = answer.json()

        JobView.model_validate(job)
        assert (answer.status_code, job["kind"], job["queue"]["name"]) == (202, "batch", "bulk")
        assert answer.headers["Location"] == job["urls"]["self"] == f"/api/v1/jobs/{job['id']}"
        assert int(answer.headers["Retry-After"]) >= 1

    def test_the_alias_without_a_version_answers_the_same_way(self, writer):
        answer = writer.http.post("/api/batches", json=sent(*some_texts()))

        assert (answer.status_code, answer.json()["kind"]) == (202, "batch")

    def test_one_may_wait_for_the_end(self, writer):
        answer = submit(writer, sent(*some_texts()), Prefer="wait=60")

        assert (answer.status_code, answer.json()["status"]) == (200, "succeeded")
        assert answer.headers["Preference-Applied"] == "wait=60"


class TestTheEnd:
    def test_all_is_counted_and_paid_for(self, writer, model):
        body = sent(*some_texts())
        batch = finish_batch(writer, body)

        BatchView.model_validate(batch)
        assert (batch["status"], batch["outcome"]) == ("succeeded", "complete")
        assert batch["counts"]["total"] == batch["counts"]["succeeded"] == calls(model, body)
        assert batch["progress"] == {"done": THREE, "total": THREE}
        assert batch["usage"]["cost_usd"] > 0
        assert (batch["eta_s"], batch["saved_usd"]) == (0, 0)

    def test_the_result_is_that_of_all_sections(self, writer):
        batch = finish_batch(writer, sent(*some_texts()))
        result = writer.http.get(batch["urls"]["result"]).json()
        found = [one for each in sections_of(writer, batch["id"]) for one in each["suggestions"]]

        assert result == batch["result"]
        assert result["suggestions"] == found
        assert len({one["id"] for one in found}) == THREE
        assert result["metadata"]["offset_encoding"] == "utf-16"
        assert result["metadata"]["tokenCount"] > 0

    def test_the_job_is_the_batch_without_its_counts(self, writer):
        batch = finish_batch(writer, sent(*some_texts()))
        more = ("counts", "saved_usd", "eta_s")

        assert writer.job(batch["id"]) == {k: v for k, v in batch.items() if k not in more}

    def test_what_is_asked_again_comes_from_the_cache(self, writer, model):
        body = sent(*some_texts())
        # Not the very same, which would be joined even a moment after its end.
        first, second = (finish_batch(writer, body | {"on_error": e}) for e in OnError)

        assert calls(model, body) == THREE
        assert second["counts"]["cached"] == second["counts"]["succeeded"] == THREE
        assert (second["outcome"], second["usage"]["cost_usd"]) == ("cached", 0)
        assert second["saved_usd"] == pytest.approx(first["usage"]["cost_usd"])
        assert second["result"]["suggestions"] == first["result"]["suggestions"]


class TestWhileItRuns:
    def test_it_waits_for_its_sections_and_says_so(self, writer, held):
        batch = show(writer, held[0])
        until(lambda: show(writer, held[0])["wait_reason"], lambda: "it never waits")

        BatchView.model_validate(batch)
        assert show(writer, held[0])["wait_reason"] == "dependency"
        assert batch["counts"]["running"] == batch["counts"]["total"] == THREE
        assert {each["status"] for each in sections_of(writer, held[0])} == {"running"}

    def test_who_has_seen_it_is_told_that_nothing_is_new(self, writer, held):
        url = f"{BATCHES}/{held[0]}"
        until(lambda: show(writer, held[0])["wait_reason"], lambda: "it never waits")
        seen = writer.http.get(url)
        held[2].set()
        ended_batch(writer, held[0])
        tag = {"If-None-Match": seen.headers["ETag"]}
        final = writer.http.get(url, headers=tag)
        again = writer.http.get(url, headers={"If-None-Match": final.headers["ETag"]})

        assert [answer.status_code for answer in (seen, final, again)] == [200, 200, 304]
        assert [answer.headers.get("Retry-After") for answer in (seen, final)] == ["1", None]

    def test_its_sections_are_no_jobs_of_anybodys(self, stack, writer, held):
        with Redis.from_url(str(stack.settings.redis_uri), decode_responses=True) as redis:
            (key,) = redis.scan_iter(f"cd:*children:{held[0]}", count=10_000)
            children = redis.hvals(key)
        listed = [job["id"] for job in writer.http.get("/api/v1/jobs").json()["jobs"]]

        assert len(children) == THREE
        assert listed == [held[0]]
        for child in children:
            assert writer.http.get(f"/api/v1/jobs/{child}").status_code == 404
            assert writer.cancel(child).status_code == 404


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


class TestStoredDocuments:
    def test_the_text_is_the_one_that_stood_when_it_was_submitted(self, writer, hold):
        text = some_text()
        document = create(writer, text)
        body = {"document": {"id": document["id"]}, "prompt": sent()["prompt"]}
        batch_id = begin_batch(writer, body)
        save(writer, document, "Something else.")
        hold.set()
        batch = ended_batch(writer, batch_id)
        listed = writer.http.get("/api/v1/jobs", params={"document_id": document["id"]}).json()

        assert (batch["document_id"], batch["revision"]) == (document["id"], 1)
        (found,) = batch["result"]["suggestions"]
        assert text[found["start"] : found["end"]] == found["original"] == "big"
        assert [job["id"] for job in listed["jobs"]] == [batch_id]

    def test_its_changes_can_be_tracked(self, writer):
        text = some_text()
        batch = finish_batch(writer, {"document": {"content": text}, "prompt": sent()["prompt"]})
        tracked = writer.http.get(batch["urls"]["result"], params={"format": "markdown"})

        assert tracked.text == text.replace("big", "{~~big~>significant~~}")


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

    def test_a_session_that_becomes_a_user_brings_it_along(self, new_person, model, hold):
        someone, texts = new_person(), some_texts()
        batch_id = begin_batch(someone, sent(*texts))
        wait_for_calls(model, texts)
        someone.register()
        hold.set()

        assert ended_batch(someone, batch_id)["counts"]["succeeded"] == THREE
        for section in sections_of(someone, batch_id):
            SectionView.model_validate(section)
            assert len(section["suggestions"]) == 1

    def test_what_is_deleted_is_gone_and_nothing_more_is_asked(self, writer, model, held):
        batch_id, body, _ = held
        deleted = writer.http.delete(f"/api/v1/jobs/{batch_id}")
        asked = [call for text in texts_of(body) for call in model.calls_about(text)]

        assert deleted.status_code == 204
        assert writer.http.get(f"{BATCHES}/{batch_id}").status_code == 404
        until(lambda: all(call.hung_up for call in asked), lambda: "a call goes on")
