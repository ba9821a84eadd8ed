import threading

import pytest

from shared.domain.batches import OnError
from tests.batch_client import (
    BATCHES,
    begin_batch,
    begin_held_batch,
    children_of,
    ended_batch,
    finish_batch,
    sections_of,
    sent,
    show,
    some_texts,
    submit,
)
from tests.document_client import create, save
from tests.model_server_scripts import known_words
from tests.stack import until
from tests.stack_client import some_text
from web.schemas.batches import BatchView
from web.schemas.jobs import JobView

THREE = 3


@pytest.fixture
def held(writer, model):
    """Return a batch whose sections are all being asked about, its body, and what they wait for."""
    return begin_held_batch(writer, model, sent(*some_texts()))


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
        assert batch["counts"]["total"] == batch["counts"]["succeeded"] == THREE
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

        assert [len(model.calls_about(one["content"])) for one in body["sections"]] == [1] * THREE
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
        children = children_of(stack, held[0])
        listed = [job["id"] for job in writer.http.get("/api/v1/jobs").json()["jobs"]]

        assert len(children) == THREE
        assert listed == [held[0]]
        for child in children:
            assert writer.http.get(f"/api/v1/jobs/{child}").status_code == 404
            assert writer.cancel(child).status_code == 404


class TestStoredDocuments:
    def test_the_text_is_the_one_that_stood_when_it_was_submitted(self, writer, model):
        text, hold = some_text(), threading.Event()
        model.plan(lambda call: known_words(call, hold=hold))
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

    def test_its_title_is_told_to_the_model(self, writer, model):
        text = some_text()
        document = create(writer, text, title="On tomorrow's walruses")
        finish_batch(writer, {"document": {"id": document["id"]}, "prompt": sent()["prompt"]})
        (call,) = model.calls_about(text)

        assert "On tomorrow's walruses" in call.asked

    def test_its_changes_can_be_tracked(self, writer):
        text = some_text()
        batch = finish_batch(writer, {"document": {"content": text}, "prompt": sent()["prompt"]})
        tracked = writer.http.get(batch["urls"]["result"], params={"format": "markdown"})

        assert tracked.text == text.replace("big", "{~~big~>significant~~}")
