import copy
import json
import pickle

import pytest
from copydesk import errors
from copydesk.calls.wire import Answer
from copydesk.errors import ApiError, ConnectionFailedError, JobFailedError, JobTimeoutError
from copydesk.errors.api import all_kinds
from copydesk.models.jobs import JobError, JobView
from copydesk.protocol.refusals import refusal

from tests.rules.test_names import STATUSES


def envelope(code, status, headers=None, **more):
    return Answer(status, headers or {}, json.dumps({"error": {"code": code} | more}).encode())


class TestRefusal:
    @pytest.mark.parametrize(("code", "status"), STATUSES.items())
    def test_every_code_of_the_contract_has_a_class(self, code, status):
        error = refusal(envelope(code, status))

        assert type(error) is not ApiError
        assert (type(error).of, error.code, error.status) == (code, code, status)

    def test_an_unknown_code_is_told_all_the_same(self):
        error = refusal(envelope("TEAPOT", 418, message="Short and stout"))

        assert type(error) is ApiError
        assert (error.code, error.status, str(error)) == ("TEAPOT", 418, "TEAPOT: Short and stout")

    def test_all_that_was_told_is_there(self):
        faults = [{"field": "document.content", "error": "Too long"}]
        told = {"details": faults, "request_id": "r-1", "retryable": True, "retry_after_ms": 1500}
        error = refusal(envelope("VALIDATION_ERROR", 400, message="No", **told))

        assert [(each.field, each.error) for each in error.details] == [
            ("document.content", "Too long")
        ]
        assert (error.request_id, error.retryable, error.retry_after) == ("r-1", True, 1.5)
        assert "document.content: Too long" in str(error)

    def test_a_conflict_names_the_revision_that_stands(self):
        assert refusal(envelope("REVISION_CONFLICT", 412, {"etag": '"7"'})).revision == 7

    @pytest.mark.parametrize(
        "content", [b"", b"<html>", b"[]", b'{"error": "x"}', b'{"error": {}}', b"\xff"]
    )
    def test_what_a_proxy_says_is_an_error_of_its_status(self, content):
        error = refusal(Answer(502, {"retry-after": "3"}, content))

        assert (type(error), error.code, error.retry_after) == (ApiError, "HTTP_502", 3)


class TestJobFailedError:
    def test_it_has_the_code_of_the_jobs_error(self):
        view = JobView(
            "job_1", status="failed", error=JobError("PROVIDER_ERROR", "No.", None, True)
        )
        error = JobFailedError(view)

        assert (error.code, error.retryable, error.job) == ("PROVIDER_ERROR", True, view)

    @pytest.mark.parametrize("status", ["cancelled", "expired", "superseded"])
    def test_it_says_how_the_job_ended_without_one(self, status):
        assert JobFailedError(JobView("job_1", status=status)).code == status.upper()


def in_another_process(error):
    return pickle.loads(pickle.dumps(error))  # noqa: S301  our own


@pytest.mark.parametrize("taken", [in_another_process, copy.copy, copy.deepcopy])
@pytest.mark.parametrize(
    "error",
    [
        refusal(envelope("REVISION_CONFLICT", 412, {"etag": '"7"'}, message="No.")),
        JobFailedError(JobView("job_1", status="failed")),
        JobTimeoutError("job_1", 1.5),
        ConnectionFailedError("Not reached", may_have_arrived=False),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_passes_from_process_to_process(error, taken):
    found = taken(error)

    assert (type(found), str(found), vars(found)) == (type(error), str(error), vars(error))


def test_all_errors_can_be_had_from_one_place():
    assert {kind.__name__ for kind in all_kinds(ApiError)} <= set(errors.__all__)
