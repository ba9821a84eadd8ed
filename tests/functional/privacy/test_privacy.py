"""What callers say is seen by nobody else: not in logs, at the broker, in Flower, in traces."""

import json
import re

import pytest

from tests.functional.conftest import API_KEY
from tests.functional.privacy.conftest import BREAKAGES
from tests.functional.privacy.marks import MARKS

PLACES = ("broker", "kept", "logs", "flower", "traces")
SAID_BY_THE_MODEL = {"suggested", "refused"}
_JOB = re.compile(r"job_[0-9a-z]+")


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
