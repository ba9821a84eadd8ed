"""Reads what the store keeps of a job."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from shared.jobs.names import JobKind
from shared.jobs.records import JobRecord, Usage
from shared.jobs.states import Outcome, Status


def job_record(
    job: Mapping[str, str], work: Mapping[str, str], result: str | None, place: int
) -> JobRecord:
    """Return the job as its own hash and that of its work tell it; `place` is -1 for no place."""
    own_end = job.get("ended")
    if own_end:
        work, result = flat_hash(orjson.loads(job["seen"])), None
    status = Status(own_end or work.get("status", Status.EXPIRED))
    end = job if own_end else work
    joined = job["joined"] == "1"
    pays = work.get("payer") == job["id"]
    created_ms, started = int(job["created"]), work.get("started")
    return JobRecord(
        id=job["id"],
        work_id=job["work"],
        kind=JobKind(job["kind"]),
        status=status,
        lane=work.get("lane", ""),
        created_ms=created_ms,
        now_seq=int(work.get("seq", 0)),
        about=orjson.loads(job["about"]) | _answerer(work),
        started_ms=max(created_ms, int(started)) if started else None,
        finished_ms=max(created_ms, int(end["finished"])) if "finished" in end else None,
        expires_ms=int(end["expires"]) if "expires" in end else None,
        attempt=int(work.get("attempts", 0)),
        position=place + 1 if place >= 0 and status is Status.QUEUED else None,
        outcome=Outcome(work["outcome"]) if work.get("outcome") and not own_end else None,
        joined=joined,
        cache_age_ms=int(work["cache_age"]) if "cache_age" in work else None,
        progress=orjson.loads(work["progress"]) if work.get("progress") else None,
        usage=Usage(**orjson.loads(work["usage"])) if work.get("usage") and pays else Usage(),
        error=orjson.loads(work["error"]) if work.get("error") and not own_end else None,
        result=result,
        last_seq=int(job["last_seq"]) if own_end else None,
        retry_of=job.get("retry_of"),
        wait_reason=work["reason"] if status is Status.WAITING else None,
        wait_until_ms=int(work["until"]) if status is Status.WAITING and "until" in work else None,
    )


def _answerer(work: Mapping[str, str]) -> dict[str, str]:
    """Return the model that answered, where it is another one than was to."""
    return {"model": work["answered_by"]} if "answered_by" in work else {}


def flat_hash(flat: Sequence[Any]) -> dict[str, str]:
    """Return the hash that a script gave as names and values in turn."""
    return dict(zip(flat[::2], flat[1::2], strict=True))
