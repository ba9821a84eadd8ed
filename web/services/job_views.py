"""Shows a job's record as the contract has it."""

from datetime import datetime, timedelta
from typing import Any

import orjson

from shared.errors import ConflictError
from shared.jobs.records import JobRecord
from shared.jobs.states import Outcome, Status

_PREFIX = "/api/v1/jobs/"
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  in UTC, as the Z behind it says


def view_job(job: JobRecord) -> dict[str, Any]:
    """Return the job for a client; the result is JSON already and goes in as it is."""
    done = 1 if job.status is Status.SUCCEEDED else 0
    return {
        "id": job.id,
        "kind": job.kind,
        "status": job.status,
        "outcome": job.outcome,
        "created_at": timestamp(job.created_ms),
        "started_at": timestamp(job.started_ms),
        "finished_at": timestamp(job.finished_ms),
        "expires_at": timestamp(job.expires_ms),
        "attempt": job.attempt,
        "wait_reason": job.wait_reason,
        "queue": {"name": job.lane, "position": job.position},
        "progress": job.progress or {"done": done, "total": 1},
        "document_id": job.about.get("document_id"),
        "revision": job.about.get("revision"),
        "conversation_id": job.about.get("conversation_id"),
        "template": job.about.get("template"),
        "model": job.about["model"],
        "cache": _cache(job),
        "dedup": {"joined": job.joined},
        "usage": job.usage,
        "result": view_result(job),
        "error": job.error,
        "retry_of": job.retry_of,
        "urls": _urls(job.id),
    }


def view_result(job: JobRecord) -> Any:
    """Return the bare result, with what the writer decided.

    One who joined made no calls, so counts no tokens.
    """
    if job.result is None:
        return None
    if not job.joined and not job.decisions:
        return orjson.Fragment(job.result)
    result = orjson.loads(job.result)
    if job.joined:
        result["metadata"]["tokenCount"] = 0
    for suggestion in result["suggestions"]:
        suggestion["state"] = job.decisions.get(suggestion["id"], suggestion["state"])
    return result


def suggestions_of(job: JobRecord) -> list[dict[str, Any]]:
    """Return the suggestions in the job's result, as the worker gave them.

    :raises ConflictError: it has none, for it has not succeeded
    """
    if job.result is None:
        raise ConflictError("The job has no suggestions: it has not succeeded")
    suggestions: list[dict[str, Any]] = orjson.loads(job.result)["suggestions"]
    return suggestions


def timestamp(at_ms: int | None) -> str | None:
    """Return the moment in ISO 8601, UTC, to the millisecond."""
    if at_ms is None:
        return None
    return (_EPOCH + timedelta(milliseconds=at_ms)).isoformat(timespec="milliseconds") + "Z"


def _cache(job: JobRecord) -> dict[str, Any]:
    hit = job.outcome is Outcome.CACHED
    age_ms = job.cache_age_ms or 0
    return {"hit": hit, "age": age_ms // 1000 if hit else None}


def _urls(job_id: str) -> dict[str, str]:
    own = _PREFIX + job_id
    return {
        "self": own,
        "result": own + "/result",
        "events": own + "/events",
        "cancel": own + "/cancel",
    }
