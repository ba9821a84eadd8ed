import json
from dataclasses import replace

import pytest

from tests.functional.test_synchronous_form import answered
from tests.model_server_scripts import (
    SERVER_WORDS,
    answer,
    edit,
    half_a_json,
    html,
    in_turn,
    known_words,
    nothing,
    propose,
    refuse,
    say,
)
from tests.stack_client import Writer, order, some_text
from web.schemas.common import ErrorBody

EDIT = json.dumps(edit("big", "large"))
HALF = '{"original": "plan", "sugg'
TOO_LONG = answer(
    400, json.dumps({"error": {"code": "context_length_exceeded", "message": SERVER_WORDS}})
)
FAULTS = {
    "400, too long": (TOO_LONG, "PROVIDER_ERROR", 502, False),
    "401": (answer(401), "PROVIDER_ERROR", 502, False),
    "404": (answer(404), "PROVIDER_ERROR", 502, False),
    "429": (answer(429, headers={"Retry-After": "1"}), "PROVIDER_ERROR", 502, True),
    "500": (answer(500), "PROVIDER_ERROR", 502, True),
    "503 in HTML": (html(503), "PROVIDER_ERROR", 502, True),
    "200 in HTML": (html(200), "PROVIDER_ERROR", 502, True),
    "a redirect": (answer(302, headers={"Location": "/"}), "PROVIDER_ERROR", 502, True),
    "JSON that is no stream": (answer(200, '{"choices": []}'), "PROVIDER_ERROR", 502, True),
    "half a JSON": (half_a_json(), "PROVIDER_ERROR", 502, True),
    "nothing": (nothing(), "PROVIDER_ERROR", 502, True),
    "no end": (propose(edit("big", "large"), finish=None), "PROVIDER_ERROR", 502, True),
    "a refusal": (refuse(), "CONTENT_REFUSED", 422, False),
    "a filter": (say("{", finish="content_filter"), "CONTENT_REFUSED", 422, False),
    "prose": (say(f"Certainly! {SERVER_WORDS}"), "NO_VALID_SUGGESTIONS", 422, False),
    "silence": (say(""), "NO_VALID_SUGGESTIONS", 422, False),
    "a cut": (say('{"suggestions": [' + HALF, finish="length"), "OUTPUT_TRUNCATED", 422, False),
}


LASTING = [fault for fault, (_, _, _, retryable) in FAULTS.items() if not retryable]


@pytest.fixture(scope="module")
def texts():
    return {fault: some_text("A secret big plan") for fault in FAULTS}


@pytest.fixture(scope="module")
def jobs(stack, model_server, texts):
    """Let all faults happen at once, each to the end of its retries, and return the jobs."""
    scripts = {texts[fault]: script for fault, (script, *_) in FAULTS.items()}
    model_server.plan(lambda call: scripts[call.text])
    with Writer(stack.url) as writer:
        begun = {fault: writer.begin(order(text)) for fault, text in texts.items()}
        ended = {fault: writer.ended(job_id) for fault, job_id in begun.items()}
        yield {fault: (job, writer.page(job["id"])) for fault, job in ended.items()}


class TestFaults:
    @pytest.mark.parametrize("fault", FAULTS)
    def test_the_job_ends_with_the_faults_code(self, jobs, fault):
        _, code, _, retryable = FAULTS[fault]
        job, _ = jobs[fault]

        assert (job["status"], job["outcome"], job["result"]) == ("failed", None, None)
        assert (job["error"]["code"], job["error"]["retryable"]) == (code, retryable)
        assert job["error"]["message"]

    @pytest.mark.parametrize("fault", FAULTS)
    def test_what_may_pass_is_tried_again_and_nothing_else(self, jobs, model_server, fault):
        names = [event["event"] for event in jobs[fault][1]["events"]]

        assert ("job.waiting" in names) == FAULTS[fault][3]
        assert names.count("job.failed") == 1
        assert names[-1] == "job.failed"

    @pytest.mark.parametrize("fault", FAULTS)
    def test_nobody_is_shown_what_the_server_or_the_writer_said(self, jobs, stack, texts, fault):
        job, page = jobs[fault]
        shown = [json.dumps(job), json.dumps(page), stack.logs()]

        assert not [told for told in shown if SERVER_WORDS in told or texts[fault] in told]

    def test_what_is_too_long_for_the_model_is_called_so(self, jobs):
        told = {fault: job["error"]["message"] for fault, (job, _) in jobs.items()}

        assert [fault for fault in told if "too long" in told[fault]] == ["400, too long"]

    @pytest.mark.parametrize("fault", LASTING)
    def test_the_seeds_form_has_its_status(self, writer, model, fault):
        script, code, status, _ = FAULTS[fault]
        model.plan(script)
        answer = answered(writer, order(some_text()))

        assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
        ErrorBody.model_validate(answer.json())


class TestRetries:
    def test_a_fault_that_passes_costs_only_time(self, writer, model):
        model.plan(in_turn(answer(500), nothing(), known_words))
        job = writer.finish(order(some_text()))
        names = [event["event"] for event in writer.page(job["id"])["events"]]

        assert (job["status"], job["outcome"], job["attempt"]) == ("succeeded", "complete", 1)
        assert names.count("job.waiting") == 2
        assert "output.reset" not in names

    def test_what_a_broken_reply_had_shown_is_withdrawn(self, writer, model):
        broken = replace(propose(edit("big", "large")), cut=True)
        model.plan(in_turn(broken, known_words))
        job = writer.finish(order(some_text()))
        events = writer.events(job["id"])
        names = [event.name for event in events]
        created = [e.data["suggestion"] for e in events if e.name == "suggestion.created"]

        assert names.index("suggestion.created") < names.index("output.reset")
        assert created[1:] == job["result"]["suggestions"]
        assert created[0]["id"] != created[1]["id"]
        assert [event.id for event in events] == list(range(1, len(events) + 1))

    def test_while_it_waits_it_says_why_and_until_when(self, writer, model):
        model.plan(answer(429, headers={"Retry-After": "30"}))
        job_id = writer.begin(order(some_text()))
        with writer.follow(job_id) as events:
            told = next(event for event in events if event.name == "job.waiting").data
        job = writer.job(job_id)
        writer.cancel(job_id)

        assert (job["status"], job["wait_reason"]) == ("waiting", told["reason"])
        assert told["until"] > job["created_at"]
        assert writer.ended(job_id)["status"] == "cancelled"


def test_after_a_fault_the_same_request_is_done_anew(writer, model):
    body = order(some_text())
    model.plan(answer(401))
    first = writer.finish(body)
    model.reset()
    second = writer.finish(body)

    assert (first["status"], second["status"]) == ("failed", "succeeded")
    assert not second["cache"]["hit"]
