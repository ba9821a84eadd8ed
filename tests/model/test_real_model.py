"""The contract's promises, held against whatever a real model says."""

import time
from collections import Counter

import pytest

from tests.chat_client import ask, text_of
from tests.model.invariants import OF_THE_REPLY, check_events, check_suggestions, size
from tests.model.texts import SAMPLES, TEMPLATES
from tests.stack import until
from tests.stack_client import UNITS, order

pytestmark = [pytest.mark.model, pytest.mark.timeout(900)]

STORY = "Tell me a very long story about a ship and its crew."
NUMBERED = list(enumerate(SAMPLES))
CANCEL_WITHIN_S = 10.0  # a second on a free machine


def body_of(sample, prompt, encoding):
    selection = None
    if sample.selected:
        start = size(sample.content[: sample.content.index(sample.selected)], encoding)
        selection = (start, start + size(sample.selected, encoding))
    body = order(sample.content, selection=selection, prompt=prompt, offset_encoding=encoding)
    body["document"]["format"] = sample.format
    return body


def suggest(writer, sample, prompt, encoding):
    """Return a job that has been followed to its end and judged."""
    job_id = writer.begin(body_of(sample, prompt, encoding))
    events = writer.events(job_id)
    job = writer.job(job_id)

    check_events(events, job)
    if job["status"] == "succeeded":
        selected = sample.selected or sample.content
        check_suggestions(sample.content, job["result"]["suggestions"], selected, encoding)
    else:
        assert (job["status"], job["error"]["code"] in OF_THE_REPLY) == ("failed", True), job
    return job


def count(tally, job, kind):
    """Note how the job ended, and what became of the model's edits."""
    tally[f"{kind}: {job['outcome'] or job['error']['code']}"] += 1
    if job["result"]:
        tally[f"{kind}: edits placed"] += len(job["result"]["suggestions"])
        for reason, dropped in job["result"]["metadata"]["dropped"].items():
            tally[f"{kind}: edits dropped as {reason}"] += dropped


def in_every_unit(writer, sample, prompt, first, tally):
    """Ask first in one unit, then for the same answer in the others, and judge each."""
    job = suggest(writer, sample, prompt, first)
    usage = job["usage"]
    assert usage["input_tokens"] > 0
    assert usage["output_tokens"] > 0
    count(tally, job, prompt["type"])
    if job["outcome"] == "complete":  # other replies are not kept
        for other in UNITS.keys() - {first}:
            again = suggest(writer, sample, prompt, other)
            assert again["cache"]["hit"]
            assert shown(again) == shown(job)


def shown(job):
    return Counter((one["original"], one["suggested"]) for one in job["result"]["suggestions"])


@pytest.mark.parametrize(("number", "name"), NUMBERED)
class TestSuggestions:
    def test_a_template(self, writer, tally, number, name):
        # One after the other, since the server keeps the beginning of the last prompt.
        template = TEMPLATES[number * len(TEMPLATES) // len(SAMPLES)]
        prompt = {"type": "template", "id": template}

        in_every_unit(writer, SAMPLES[name], prompt, list(UNITS)[number % 3], tally)

    def test_a_prompt_of_ones_own(self, writer, tally, number, name):
        sample = SAMPLES[name]

        in_every_unit(writer, sample, sample.custom(), list(UNITS)[number % 3], tally)


def test_more_than_the_model_can_read_ends_the_job_at_once(writer):
    job = writer.finish(order("It was a very long day. " * 200))

    assert (job["status"], job["error"]["code"]) == ("failed", "PROVIDER_ERROR")
    assert (job["error"]["retryable"], job["usage"]["input_tokens"]) == (False, 0)
    assert "too long for this model" in job["error"]["message"]


class TestChat:
    def test_the_deltas_are_the_message(self, writer, tally):
        job_id = ask(writer, "What is a good first sentence for a letter to a customer?")
        events = writer.events(job_id)
        job = writer.job(job_id)

        check_events(events, job)
        assert job["status"] == "succeeded", job
        assert text_of(events) == job["result"]["message"]["content"] != ""
        assert job["usage"]["output_tokens"] > 0
        tally[f"chat: {job['outcome']}"] += 1

    def test_a_cancel_frees_the_server_for_the_next(self, writer, local_model):
        job_id = ask(writer, STORY)
        with writer.follow(job_id) as events:
            seen = next(event for event in events if event.name == "output.delta")
            began = time.monotonic()
            assert writer.cancel(job_id).status_code in (200, 202)
            rest = list(events)
        until(lambda: not local_model.is_busy, lambda: "the slot is taken", CANCEL_WITHIN_S)

        assert time.monotonic() - began < CANCEL_WITHIN_S
        assert (seen.data["text"] != "", rest[-1].name) == (True, "job.cancelled")
        assert writer.events(ask(writer, "Say yes."))[-1].name == "job.succeeded"
