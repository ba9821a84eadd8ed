"""Every line of every process is in the one form that docs/observability.md describes."""

import json
import re
from itertools import chain
from pathlib import Path

import pytest

from tests.functional.privacy.acts import ITS_ID
from tests.functional.privacy.conftest import PROCESSES

PAGE = Path(__file__).parents[3] / "docs" / "observability.md"
_TABLE = re.compile(r"\| Member \| Content \|\n\| --- \| --- \|\n((?:\|.*\n)+)")
_ROW = re.compile(r"^\| `(\w+)` \|", re.MULTILINE)
ALWAYS, OFTEN, SELDOM = (set(_ROW.findall(rows)) for rows in _TABLE.findall(PAGE.read_text()))


@pytest.fixture(scope="module")
def lines(evidence):
    """Return all lines of all processes; each has to be JSON."""
    return [json.loads(line) for line in evidence.lines]


def of_job(lines, job, event):
    return [x for x in lines if x.get("job_id") == job["id"] and x["event"] == event]


def test_each_line_has_what_all_have(lines):
    assert [line for line in lines if not set(line) >= ALWAYS] == []


def test_no_line_has_what_is_not_described(lines):
    assert set(chain.from_iterable(lines)) - ALWAYS - OFTEN - SELDOM == set()


def test_what_is_described_as_usual_is_there(lines):
    assert set(chain.from_iterable(lines)) >= OFTEN


def test_every_process_is_heard(lines):
    assert {line["process"] for line in lines} >= set(PROCESSES) - {"sweeper", "flower"}


def test_one_request_is_followed_from_the_web_tier_to_the_models_server(lines, evidence):
    job = evidence.jobs[0]
    (request,) = [x for x in of_job(lines, job, "request") if x["method"] == "POST"]
    (call,) = of_job(lines, job, "model_called")
    (done,) = of_job(lines, job, "job_done")

    assert (request["process"], call["process"]) == ("web", "interactive")
    assert request["request_id"] == call["request_id"] == done["request_id"]
    assert request["trace_id"] == call["trace_id"] == done["trace_id"]
    assert call["provider_request_id"] == done["provider_request_id"] == ITS_ID


def test_a_call_says_what_it_was(lines, evidence):
    job = evidence.jobs[0]
    (call,) = of_job(lines, job, "model_called")

    assert (call["model"], call["outcome"]) == ("gpt-4o-mini", "complete")
    assert call["duration_ms"] >= call["first_token_ms"] >= 0
    used = {"input_tokens": call["input_tokens"], "output_tokens": call["output_tokens"]}
    assert used.items() <= job["usage"].items()


def test_a_call_that_failed_names_its_code_and_the_servers_id(lines):
    failed = [x for x in lines if x["event"] == "model_called" and x["outcome"] == "failed"]

    assert {(x["code"], x["provider_request_id"]) for x in failed} >= {("PROVIDER_ERROR", ITS_ID)}


def test_each_answer_is_one_line_that_tells_the_route(lines, evidence):
    requests = [line for line in lines if line["event"] == "request"]
    ids = [line["request_id"] for line in requests]

    assert len(ids) == len(set(ids))
    assert {"/api/v1/jobs/<job_id>/events", None} <= {line["route"] for line in requests}
    assert "other" in {line["method"] for line in requests}
