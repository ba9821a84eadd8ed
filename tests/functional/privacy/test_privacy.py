"""What callers say is seen by nobody else: not in logs, at the broker, in Flower, in traces.

Each line of the logs is in the one form that docs/observability.md describes; in this file, for the
evidence takes half a minute to gather.
"""

import json
import re
from itertools import chain
from pathlib import Path

import pytest

from tests.functional.conftest import API_KEY
from tests.functional.privacy.acts import ITS_ID
from tests.functional.privacy.conftest import BREAKAGES, PROCESSES
from tests.functional.privacy.marks import MARKS

PLACES = ("broker", "kept", "logs", "flower", "traces")
SAID_BY_THE_MODEL = {"suggested", "refused"}
_JOB = re.compile(r"job_[0-9a-z]+")
PAGE = Path(__file__).parents[3] / "docs" / "observability.md"
_TABLE = re.compile(r"\| Member \| Content \|\n\| --- \| --- \|\n((?:\|.*\n)+)")
_ROW = re.compile(r"^\| `(\w+)` \|", re.MULTILINE)
ALWAYS, OFTEN, SELDOM = (set(_ROW.findall(rows)) for rows in _TABLE.findall(PAGE.read_text()))


class TestPrivacy:
    @pytest.mark.parametrize("place", PLACES)
    def test_nothing_of_what_was_said_is_found(self, evidence, place):
        assert [mark for mark in MARKS.values() if mark in evidence.places[place]] == []

    @pytest.mark.parametrize("place", PLACES)
    def test_no_key_no_token_no_session_and_no_owner_is_found(self, evidence, place):
        assert [one for one in evidence.secrets if one in evidence.places[place]] == []

    def test_all_of_it_was_said(self, evidence):
        said = set(MARKS) - SAID_BY_THE_MODEL

        assert [name for name in said if MARKS[name] not in evidence.sent] == []

    def test_the_owner_sees_what_was_made_of_it(self, evidence):
        shown = json.dumps([evidence.jobs, evidence.batches])

        assert MARKS["suggested"] in shown
        assert API_KEY not in shown

    @pytest.mark.parametrize("place", ["broker", "logs", "flower", "traces"])
    def test_the_ids_are_found(self, evidence, place):
        ids = [job["id"] for job in evidence.jobs + evidence.batches]

        assert [each for each in ids if each not in evidence.places[place]] == []

    def test_things_broke_as_they_were_to(self, evidence):
        told = {line["event"] for line in map(json.loads, evidence.lines)}

        assert told >= BREAKAGES


class TestBatches:
    def test_the_owner_sees_all_of_it(self, evidence):
        shown = json.dumps(evidence.batches)

        assert [batch["status"] for batch in evidence.batches] == ["succeeded"] * 2
        assert [batch["outcome"] for batch in evidence.batches] == ["complete", "partial"]
        assert shown.count(f'"{MARKS["suggested"]}"') == 2

    def test_a_task_is_told_an_id_and_nothing_else(self, evidence):
        received = [event for event in evidence.events if event["type"] == "task-received"]
        ours = [event for event in received if event["name"] == "copydesk.work"]
        others = [event for event in received if event["name"] != "copydesk.work"]

        assert all(re.fullmatch(rf"\('{_JOB.pattern}',\)", event["args"]) for event in ours)
        assert {event["kwargs"] for event in received} == {"{}"}
        assert {event["args"] for event in others} <= {"()", "[]"}
        assert {job["id"] for job in evidence.jobs} <= {_JOB.search(e["args"])[0] for e in ours}


@pytest.fixture(scope="module")
def lines(evidence):
    """Return all lines of all processes; each has to be JSON."""
    return [json.loads(line) for line in evidence.lines]


def of_job(lines, job, event):
    return [x for x in lines if x.get("job_id") == job["id"] and x["event"] == event]


class TestLogLines:
    def test_each_line_has_what_all_have(self, lines):
        assert [line for line in lines if not set(line) >= ALWAYS] == []

    def test_no_line_has_what_is_not_described(self, lines):
        assert set(chain.from_iterable(lines)) - ALWAYS - OFTEN - SELDOM == set()

    def test_what_is_described_as_usual_is_there(self, lines):
        assert set(chain.from_iterable(lines)) >= OFTEN

    def test_every_process_is_heard(self, lines):
        assert {line["process"] for line in lines} >= set(PROCESSES) - {"sweeper", "flower"}

    def test_one_request_is_followed_from_the_web_tier_to_the_models_server(self, lines, evidence):
        job = evidence.jobs[0]
        (request,) = [x for x in of_job(lines, job, "request") if x["method"] == "POST"]
        (call,) = of_job(lines, job, "model_called")
        (done,) = of_job(lines, job, "job_done")

        assert (request["process"], call["process"]) == ("web", "interactive")
        assert request["request_id"] == call["request_id"] == done["request_id"]
        assert request["trace_id"] == call["trace_id"] == done["trace_id"]
        assert call["provider_request_id"] == done["provider_request_id"] == ITS_ID

    def test_a_call_says_what_it_was(self, lines, evidence):
        job = evidence.jobs[0]
        (call,) = of_job(lines, job, "model_called")

        assert (call["model"], call["outcome"]) == ("gpt-4o-mini", "complete")
        assert call["duration_ms"] >= call["first_token_ms"] >= 0
        used = {"input_tokens": call["input_tokens"], "output_tokens": call["output_tokens"]}
        assert used.items() <= job["usage"].items()

    def test_a_call_that_failed_names_its_code_and_the_servers_id(self, lines):
        failed = [x for x in lines if x["event"] == "model_called" and x["outcome"] == "failed"]

        told = {(line["code"], line["provider_request_id"]) for line in failed}
        assert ("PROVIDER_ERROR", ITS_ID) in told

    def test_each_answer_is_one_line_that_tells_the_route(self, lines, evidence):
        requests = [line for line in lines if line["event"] == "request"]
        ids = [line["request_id"] for line in requests]

        assert len(ids) == len(set(ids))
        assert {"/api/v1/jobs/<job_id>/events", None} <= {line["route"] for line in requests}
        assert "other" in {line["method"] for line in requests}
