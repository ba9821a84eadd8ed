import pytest
from copydesk.errors import ProtocolError
from copydesk.models.accounts import UsageReport
from copydesk.models.documents import Applied, Diff
from copydesk.models.fields import read
from copydesk.models.jobs import JobView

from tests.unit.client.server import told


class TestRead:
    def test_what_a_newer_server_adds_is_left_out(self):
        assert read(JobView, {"id": "job_1", "queue": {"new": 1}, "new": 1}) == JobView("job_1")

    def test_what_an_older_server_lacks_has_its_default(self):
        assert read(JobView, {}) == JobView()

    def test_null_is_none_only_where_that_means_something(self):
        view = read(JobView, {"error": None, "queue": None, "status": None, "eta_s": None})

        assert view == JobView()

    def test_it_reads_what_lies_within(self):
        told_ = {"document": {"id": "d", "tags": ["a"]}, "conflicts": [{"id": "sg_1"}]}
        applied = read(Applied, told_ | {"applied": ["sg_2"]})

        assert (applied.document.tags, applied.applied) == (("a",), ("sg_2",))
        assert applied.conflicts[0].id == "sg_1"

    def test_some_names_are_others_in_json(self):
        assert read(Diff, {"from": 1, "to": 2}).new == 2
        assert read(UsageReport, {"from": "2026-01-01", "to": "b"}).first == "2026-01-01"


@pytest.mark.parametrize("body", [[], "x", None, {"jobs": None}, {"jobs": [1]}])
def test_what_is_no_list_of_jobs_is_an_error_of_its_own(server, body):
    server.on("/jobs", told(body))
    with server.desk() as desk, pytest.raises(ProtocolError):
        list(desk.jobs())
