"""The smoke test refuses what breaks a promise, whatever else looks well."""

import runpy
from pathlib import Path

import pytest

SMOKE_TEST = runpy.run_path(str(Path(__file__).parents[2] / "deploy" / "smoke_test.py"))
SmokeError = SMOKE_TEST["SmokeError"]
FIRST = {"original": "In order to", "start": 0, "end": 11}


class Answers:
    """An installation that gives these answers, by the end of the path."""

    def __init__(self, suggestion=FIRST, events=(1, 2, 3), last="job.succeeded", readiness=200):
        result = {"suggestions": [suggestion], "metadata": {"processTime": 0.5}}
        job = {"id": "job_1", "status": "succeeded", "model": "m", "result": result}
        named = [{"id": str(number), "event": last} for number in events]
        health = {"environment": "staging", "version": "1"}
        self._answers = {
            "readiness": (readiness, health),
            "suggestions": (200, job),
            "events": (200, {"events": named}),
            "job_1": (204, {}),
        }

    def ask(self, method, path, body=None, **headers):
        return self._answers[path.partition("?")[0].rpartition("/")[2]]


def smoke(**answers):
    return SMOKE_TEST["smoke"](Answers(**answers), "staging")


def test_it_says_what_it_saw():
    assert smoke() == "staging 1: m answered in 0.5 s"


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ({"suggestion": FIRST | {"start": 1}}, "is not at 1"),
        ({"events": (1, 3)}, "gaps"),
        ({"events": (2, 3)}, "gaps"),
        ({"events": ()}, "gaps"),
        ({"last": "job.progress"}, "the last event is no job.succeeded"),
        ({"readiness": 503}, "readiness is 503"),
    ],
)
def test_it_refuses_what_breaks_a_promise(fault, told):
    with pytest.raises(SmokeError, match=told):
        smoke(**fault)
