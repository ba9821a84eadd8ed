"""What the messages about a batch say, and what its owner is shown."""

import json
import re

from tests.functional.privacy.marks import MARKS

_JOB = re.compile(r"job_[0-9a-z]+")


def test_the_owner_sees_all_of_it(evidence):
    shown = json.dumps(evidence.batches)

    assert [batch["status"] for batch in evidence.batches] == ["succeeded"] * 2
    assert [batch["outcome"] for batch in evidence.batches] == ["complete", "partial"]
    assert shown.count(f'"{MARKS["suggested"]}"') == 2


def test_a_task_is_told_an_id_and_nothing_else(evidence):
    received = [event for event in evidence.events if event["type"] == "task-received"]
    ours = [event for event in received if event["name"] == "copydesk.work"]
    others = [event for event in received if event["name"] != "copydesk.work"]

    assert all(re.fullmatch(rf"\('{_JOB.pattern}',\)", event["args"]) for event in ours)
    assert {event["kwargs"] for event in received} == {"{}"}
    assert {event["args"] for event in others} <= {"()", "[]"}
    assert {job["id"] for job in evidence.jobs} <= {_JOB.search(e["args"])[0] for e in ours}
