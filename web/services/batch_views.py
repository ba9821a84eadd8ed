"""Shows a batch and its sections as the contract has them."""

from collections.abc import Mapping
from typing import Any

from shared.jobs.batches import BatchRecord, SectionRecord
from shared.jobs.records import JobRecord
from shared.jobs.states import Status
from web.services.job_views import view_job


def view_batch(job: JobRecord, batch: BatchRecord) -> dict[str, Any]:
    """Return the batch for a client: the job, and how far its sections are."""
    states = {status.value: batch.counts.get(status, 0) for status in Status}
    return view_job(job) | {
        "counts": {"total": batch.total, **states, "cached": batch.cached},
        "saved_usd": batch.saved_usd,
        "eta_s": None if batch.eta_ms is None else -(-batch.eta_ms // 1000),
    }


def view_section(section: SectionRecord, decisions: Mapping[str, str]) -> dict[str, Any]:
    """Return the section for a client, with what the writer decided by a suggestion's id."""
    spot, result = section.spot, section.result
    return {
        "id": spot.id,
        "custom_id": spot.custom_id,
        "start": spot.start,
        "end": spot.end,
        "status": section.status,
        "cached": section.is_cached,
        "suggestions": [
            one | {"state": decisions.get(one["id"], one["state"])}
            for one in (result.standing_at(spot) if result else ())
        ],
        "error": section.error if section.status is Status.FAILED else None,
    }
