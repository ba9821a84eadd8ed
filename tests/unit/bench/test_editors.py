import json

import pytest

from bench import texts
from bench.client import Answer, ReadEvent
from bench.editors.desk import Desk, UnexpectedError, require_end
from bench.editors.ledger import settle

PAGE_SIZE = 2


class Api:
    """Stands for the API: what it knows of a session's jobs, and the events that it sends."""

    def __init__(self, jobs=(), events=()):
        self.jobs = list(dict(jobs).items())
        self.stream = [ReadEvent(name, data, 0.0, number) for number, name, data in events]

    def beside(self):
        return self

    def send(self, _method, path):
        start = int(path.partition("cursor=")[2] or 0)
        page = self.jobs[start : start + PAGE_SIZE]
        more = str(start + PAGE_SIZE) if start + PAGE_SIZE < len(self.jobs) else None
        jobs = [{"id": job_id, "status": status} for job_id, status in page]
        return Answer(200, "", json.dumps({"jobs": jobs, "next_cursor": more}).encode(), 1.0)

    def events(self, _job_id):
        return iter(self.stream)


def settled(accepted, found):
    return settle({"s": (Api(found), dict.fromkeys(accepted, "submit"))}, patience_s=0)


class TestSettle:
    def test_it_finds_nothing_wrong_when_all_have_ended(self):
        found = {"a": "succeeded", "b": "cancelled", "c": "superseded"}

        assert settled("abc", found) == (dict.fromkeys(found.values(), 1), [])

    @pytest.mark.parametrize(
        ("accepted", "found", "told"),
        [
            ("ab", {"a": "succeeded"}, "b (submit) is lost"),
            ("a", {"a": "running"}, "a is still running"),
            ("a", {"a": "succeeded", "b": "failed"}, "b is failed, and nobody was told of it"),
        ],
    )
    def test_it_tells_what_is_wrong(self, accepted, found, told):
        assert settled(accepted, found)[1] == [told]


def read(*events):
    seen = []
    desk = Desk(Api(events=events), lambda kind, _ms: seen.append(kind), {})
    return desk.read_stream("job", 0.0), seen


LAST = json.dumps({"job": {"id": "job"}})


class TestReadStream:
    def test_it_returns_the_job_of_the_last_event(self):
        assert read(
            (1, "job.queued", ""),
            (2, "suggestion.created", ""),
            (3, "suggestion.created", ""),
            (4, "job.succeeded", LAST),
        ) == ({"id": "job"}, ["POST to the first suggestion", "POST to the last event"])

    @pytest.mark.parametrize(
        "events",
        [
            [(1, "job.queued", ""), (3, "job.succeeded", LAST)],
            [(1, "job.queued", ""), (1, "job.succeeded", LAST)],
            [(1, "job.queued", "")],
            [(1, "job.succeeded", LAST), (2, "job.progress", LAST)],
            [(1, "job.failed", LAST), (2, "job.succeeded", LAST)],
        ],
    )
    def test_it_refuses_a_gap_and_any_end_but_one_at_the_end(self, events):
        with pytest.raises(UnexpectedError):
            read(*events)


def job(**fields):
    return {"kind": "suggestion", "status": "succeeded", "error": None, "result": None} | fields


class TestRequireEnd:
    def test_it_takes_just_what_the_model_proposed(self):
        changes = texts.CHANGES
        held = [{"original": old, "suggested": new} for old, new in changes]

        require_end(job(result={"suggestions": held}), "succeeded")
        with pytest.raises(UnexpectedError):
            require_end(job(result={"suggestions": held[1:]}), "succeeded")

    def test_it_names_the_code_of_a_failure(self):
        with pytest.raises(UnexpectedError, match="job suggestion: failed WORKER_LOST"):
            require_end(job(status="failed", error={"code": "WORKER_LOST"}), "succeeded")
