"""Reads what the store keeps of a batch and its sections."""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from shared.jobs.batches import BatchRecord, SectionRecord, SectionResult, SectionSpot
from shared.jobs.records import JobRecord
from shared.jobs.states import Outcome, Status

NUSD = 1e9  # in a dollar
_ENDED = (Status.SUCCEEDED, Status.FAILED, Status.CANCELLED, Status.EXPIRED)


def batch_record(
    batch: Mapping[str, str], live: Mapping[Status, int], *, now_ms: int, is_final: bool
) -> BatchRecord:
    """Return how far the batch is; what a final one never began was cancelled with it."""
    total = int(batch.get("total", 0))
    counts = {status: int(batch.get(f"done:{status}", 0)) for status in _ENDED}
    rest = total - sum(counts.values()) - sum(live.values())
    resting = Status.CANCELLED if is_final else Status.QUEUED
    for status, count in (*live.items(), (resting, rest)):
        counts[status] = counts.get(status, 0) + count
    left = 0 if is_final else rest + sum(live.values())
    return BatchRecord(
        total=total,
        counts=counts,
        cached=int(batch.get("cached", 0)),
        saved_usd=int(batch.get("saved_nusd", 0)) / NUSD,
        eta_ms=_time_left(batch, left, now_ms) if total or is_final else None,
    )


def section_record(spot: str, outcome: str, live: str) -> SectionRecord:
    """Return a section as its batch tells of it; one that is neither was never begun."""
    where = SectionSpot(**orjson.loads(spot))
    if not outcome:
        return SectionRecord(where, Status(live or Status.QUEUED))
    ended = orjson.loads(outcome)
    result = SectionResult(**ended["result"]) if ended["result"] else None
    return SectionRecord(
        where,
        Status(ended["status"]),
        is_cached=ended["cached"],
        is_partial=ended["partial"],
        error=ended["error"],
        result=result,
        cost_usd=ended["cost_usd"],
    )


def batch_result(job: JobRecord, sections: Iterable[SectionRecord]) -> str:
    """Return the result of a batch that has succeeded, as JSON: that of all its sections."""
    suggestions: list[dict[str, Any]] = []
    dropped: dict[str, int] = {}
    for one in sections:
        if one.result:
            suggestions += one.result.standing_at(one.spot)
            for reason, count in one.result.dropped.items():
                dropped[reason] = dropped.get(reason, 0) + count
    took_ms = (job.finished_ms or 0) - (job.started_ms or 0)
    metadata = {
        "processTime": took_ms / 1000,
        "tokenCount": job.usage.input_tokens + job.usage.output_tokens,
        "model": job.about["model"],
        "cached": job.outcome is Outcome.CACHED,
        "offset_encoding": job.about["offset_encoding"],
        "dropped": dropped,
    }
    return orjson.dumps({"suggestions": suggestions, "metadata": metadata}).decode()


def _time_left(batch: Mapping[str, str], left: int, now_ms: int) -> int | None:
    """Return the ms that are left if sections go on ending as they have; None: none has ended."""
    if left == 0:
        return 0
    called = int(batch.get("called", 0))
    if not called:
        return None
    return round(left * (now_ms - int(batch["first_at"])) / called)
