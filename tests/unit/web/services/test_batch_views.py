from dataclasses import replace

import orjson
import pytest

from shared.jobs.batches import BatchRecord, SectionRecord, SectionResult, SectionSpot
from shared.jobs.names import JobKind
from shared.jobs.records import JobRecord
from shared.jobs.states import Status
from web.schemas.batches import BatchView, SectionView
from web.services.batch_views import view_batch, view_section

SPOT = SectionSpot(2, None, 100, 150)
ANCHOR = {"exact": "big", "prefix": "The ", "suffix": " plan"}
SUGGESTION = {
    "original": "big",
    "suggested": "large",
    "start": 4,
    "end": 7,
    "explanation": "So.",
    "alternatives": [],
    "category": "style",
    "anchor": ANCHOR,
    "state": "pending",
}
DONE = SectionRecord(SPOT, Status.SUCCEEDED, result=SectionResult((SUGGESTION, SUGGESTION)))
ERROR = {"code": "CONTENT_REFUSED", "message": "No.", "retryable": False}
JOB = JobRecord("job_1", "job_1", JobKind.BATCH, Status.RUNNING, "bulk", 0, 5, {"model": "m"})


class TestViewSection:
    def test_places_are_those_of_the_document_and_ids_those_of_the_batch(self):
        shown = view_section(DONE, {})["suggestions"]

        assert [(one["id"], one["start"], one["end"]) for one in shown] == [
            ("sg_2_1", 104, 107),
            ("sg_2_2", 104, 107),
        ]

    def test_what_the_writer_decided_is_told(self):
        shown = view_section(DONE, {"sg_2_2": "accepted"})["suggestions"]

        assert [one["state"] for one in shown] == ["pending", "accepted"]

    @pytest.mark.parametrize("status", Status)
    def test_it_has_the_shape_of_the_contract_in_every_state(self, status):
        shown = view_section(replace(DONE, status=status, error=ERROR), {})

        SectionView.model_validate(shown)
        assert (shown["error"] is None) == (status is not Status.FAILED)


class TestViewBatch:
    def test_it_is_the_job_with_a_count_for_every_state(self):
        counts = {Status.QUEUED: 3, Status.SUCCEEDED: 4}
        shown = view_batch(JOB, BatchRecord(7, counts, cached=2, saved_usd=0.5, eta_ms=1500))
        told = BatchView.model_validate_json(orjson.dumps(shown))

        assert told.counts.model_dump() == {
            **dict.fromkeys(("running", "waiting", "failed", "cancelled", "expired"), 0),
            "superseded": 0,
            "total": 7,
            "queued": 3,
            "succeeded": 4,
            "cached": 2,
        }
        assert (told.saved_usd, told.eta_s, told.kind) == (0.5, 2, "batch")

    def test_nobody_can_tell_how_long_it_takes_before_it_is_planned(self):
        assert view_batch(JOB, BatchRecord(0, {}))["eta_s"] is None
