import pytest

from tests.model_server_scripts import hang, refuse
from tests.stack import until
from tests.stack_client import order, some_text

SEED_BODY = {
    "document": {
        "content": "The big advantage of this approach is that it is cheap.",
        "selection": {"start": 4, "end": 7},
    },
    "prompt": {"type": "template", "id": "more-professional", "parameters": {}},
}


def answered(writer, body):
    """Return the answer of the seed's form, asked for again while a wait of 25 s is too short."""

    def ask():
        answer = writer.http.post("/api/suggestions", json=body)
        return None if answer.status_code == 202 else answer

    return until(ask, lambda: "there is never more than a job")


class TestTheSeedsForm:
    def test_it_answers_with_the_bare_result(self, writer):
        answer = answered(writer, SEED_BODY)
        result = answer.json()

        assert answer.status_code == 200
        assert set(result) == {"suggestions", "metadata"}
        (found,) = result["suggestions"]
        assert (found["original"], found["start"], found["end"]) == ("big", 4, 7)
        assert result["metadata"]["processTime"] >= 0

    def test_a_failure_has_the_status_of_its_code(self, writer, model):
        model.plan(refuse())
        answer = answered(writer, order(some_text()))

        assert answer.status_code == 422
        assert answer.json()["error"]["code"] == "CONTENT_REFUSED"


class TestPreferWait:
    def test_a_wait_that_was_met_gives_the_final_job(self, writer):
        answer = writer.submit(order(some_text()), Prefer="wait=55")

        assert answer.status_code == 200
        assert answer.headers["Preference-Applied"] == "wait=55"
        assert answer.json()["status"] == "succeeded"
        assert answer.headers["Location"].endswith(answer.json()["id"])

    def test_a_wait_that_runs_out_gives_the_job_as_it_is(self, writer, model):
        model.plan(hang())
        answer = writer.submit(order(some_text()), Prefer="wait=1")
        writer.cancel(answer.json()["id"])

        assert answer.status_code == 202
        assert answer.json()["status"] in ("queued", "running")
        assert "Retry-After" in answer.headers

    @pytest.mark.parametrize("prefer", ["wait=x", "wait=-1", "respond-async", "wait"])
    def test_what_is_malformed_was_not_said(self, writer, prefer):
        answer = writer.submit(order(some_text()), Prefer=prefer)

        assert answer.status_code == 202
        assert "Preference-Applied" not in answer.headers
