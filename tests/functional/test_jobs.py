import threading

import pytest

from tests.model_server_scripts import answer as say_status
from tests.model_server_scripts import hang, known_words, refuse
from tests.stack import until
from tests.stack_client import order, some_text

UNKNOWN = f"job_{0:032}p0"


@pytest.fixture
def running(writer, model):
    """Return the id of a job whose model will not answer, and that job's call."""
    text = some_text()
    model.plan(hang())
    job_id = writer.begin(order(text))
    until(lambda: model.calls_about(text), lambda: "the model was never called")
    return job_id, model.calls_about(text)[0]


class TestRead:
    def test_it_has_an_etag_that_spares_the_body(self, writer):
        job_id = writer.finish(order(some_text()))["id"]
        url = f"/api/v1/jobs/{job_id}"
        first = writer.http.get(url)
        again = writer.http.get(url, headers={"If-None-Match": first.headers["ETag"]})

        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]

    def test_its_etag_changes_with_the_job(self, writer, running):
        job_id, _ = running
        url = f"/api/v1/jobs/{job_id}"
        before = writer.http.get(url).headers["ETag"]
        writer.cancel(job_id)
        writer.ended(job_id)

        assert writer.http.get(url, headers={"If-None-Match": before}).status_code == 200

    def test_it_says_when_to_ask_again_until_it_is_final(self, writer, running):
        job_id, _ = running
        while_running = writer.http.get(f"/api/v1/jobs/{job_id}")
        writer.cancel(job_id)
        writer.ended(job_id)
        when_final = writer.http.get(f"/api/v1/jobs/{job_id}")

        assert int(while_running.headers["Retry-After"]) >= 1
        assert while_running.json()["status"] == "running"
        assert "Retry-After" not in when_final.headers

    def test_a_wait_ends_as_soon_as_the_job_does(self, writer, model):
        hold = threading.Event()
        model.plan(lambda call: known_words(call, hold=hold))
        job_id = writer.begin(order(some_text()))
        threading.Timer(0.5, hold.set).start()

        assert writer.job(job_id, wait=60)["status"] == "succeeded"

    def test_a_wait_that_runs_out_gives_the_job_as_it_is(self, writer, running):
        assert writer.job(running[0], wait=1)["status"] == "running"

    @pytest.mark.parametrize("wait", ["-1", "61", "x", "1.5", ""])
    def test_a_wait_that_is_none_is_refused(self, writer, wait):
        job_id = writer.begin(order(some_text()))
        answer = writer.http.get(f"/api/v1/jobs/{job_id}", params={"wait": wait})

        assert answer.status_code == 400
        assert answer.json()["error"]["details"][0]["field"] == "wait"


class TestResult:
    def test_it_is_not_there_yet(self, writer, running):
        answer = writer.http.get(f"/api/v1/jobs/{running[0]}/result")

        assert answer.status_code == 202
        assert answer.json()["id"] == running[0]
        assert "Retry-After" in answer.headers

    def test_a_job_that_failed_has_none(self, writer, model):
        model.plan(say_status(401))
        job = writer.finish(order(some_text()))
        answer = writer.http.get(job["urls"]["result"])

        assert answer.status_code == 409
        assert answer.json()["error"]["code"] == "CONFLICT"
        assert answer.json()["error"]["job_error"] == job["error"]

    def test_a_job_that_was_cancelled_has_none(self, writer, running):
        writer.cancel(running[0])
        writer.ended(running[0])
        answer = writer.http.get(f"/api/v1/jobs/{running[0]}/result")

        assert answer.status_code == 409
        assert answer.json()["error"]["job_error"] is None


class TestCancel:
    def test_it_stops_the_call_and_ends_the_job(self, writer, running):
        job_id, call = running
        answer = writer.cancel(job_id)
        job = writer.ended(job_id)

        assert answer.status_code in (200, 202)
        assert (job["status"], job["outcome"], job["result"]) == ("cancelled", None, None)
        until(lambda: call.hung_up, lambda: "the socket to the model stayed open")

    def test_it_stops_a_call_that_drips(self, writer, model):
        model.plan(lambda call: known_words(call, between_s=0.2, hold=threading.Event()))
        text = some_text()
        job_id = writer.begin(order(text))
        (call,) = until(lambda: model.calls_about(text), lambda: "never called")
        writer.cancel(job_id)

        assert writer.ended(job_id)["status"] == "cancelled"
        until(lambda: call.hung_up, lambda: "the socket to the model stayed open")

    def test_asking_twice_does_no_harm(self, writer, running):
        writer.cancel(running[0])
        writer.ended(running[0])
        again = writer.cancel(running[0])

        assert again.status_code == 200
        assert again.json()["status"] == "cancelled"
        names = [event["event"] for event in writer.page(running[0])["events"]]
        assert names.count("job.cancelled") == 1

    def test_a_job_that_is_done_stays_done(self, writer):
        job = writer.finish(order(some_text()))
        answer = writer.cancel(job["id"])

        assert answer.status_code == 200
        assert answer.json() == job


class TestRetry:
    def test_it_is_a_new_job_on_the_same_text(self, writer, model):
        text = some_text()
        model.plan(refuse())
        failed = writer.finish(order(text))
        model.plan(known_words)
        answer = writer.http.post(f"/api/v1/jobs/{failed['id']}/retry")
        again = writer.ended(answer.json()["id"])

        assert answer.status_code == 202
        assert (again["status"], again["retry_of"]) == ("succeeded", failed["id"])
        assert writer.job(failed["id"]) == failed
        assert len(model.calls_about(text)) == 2

    def test_what_succeeded_is_not_tried_again(self, writer):
        job_id = writer.finish(order(some_text()))["id"]
        answer = writer.http.post(f"/api/v1/jobs/{job_id}/retry")

        assert (answer.status_code, answer.json()["error"]["code"]) == (409, "CONFLICT")

    def test_somebody_elses_job_is_none(self, writer, other_writer, model):
        model.plan(refuse())
        job_id = writer.finish(order(some_text()))["id"]

        assert other_writer.http.post(f"/api/v1/jobs/{job_id}/retry").status_code == 404


class TestSomebodyElsesJob:
    @pytest.mark.parametrize("tail", ["", "/result", "/events"])
    def test_it_looks_like_none_at_all(self, writer, other_writer, tail):
        job_id = writer.begin(order(some_text()))
        theirs = other_writer.http.get(f"/api/v1/jobs/{job_id}{tail}")
        unknown = other_writer.http.get(f"/api/v1/jobs/{UNKNOWN}{tail}")

        assert theirs.status_code == unknown.status_code == 404
        told = [answer.json()["error"] | {"request_id": ""} for answer in (theirs, unknown)]
        assert told[0] == told[1]

    def test_it_cannot_be_cancelled(self, writer, other_writer):
        job_id = writer.begin(order(some_text()))

        assert other_writer.cancel(job_id).status_code == 404
        assert writer.ended(job_id)["status"] == "succeeded"

    @pytest.mark.parametrize("job_id", ["x", "job_", UNKNOWN, "job_%00", "job_1p99999"])
    def test_an_id_that_is_none_is_unknown(self, writer, job_id):
        answer = writer.http.get(f"/api/v1/jobs/{job_id}")

        assert answer.status_code == 404
        assert answer.json()["error"]["code"] == "NOT_FOUND"
