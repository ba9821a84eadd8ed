import threading

import pytest

from tests.model_server_scripts import known_words
from tests.stack_client import order, some_text


@pytest.fixture
def job(writer):
    return writer.finish(order(some_text("A big plan to utilize")))


def decide(writer, job, sid, what):
    return writer.http.post(f"/api/v1/jobs/{job['id']}/suggestions/{sid}/{what}")


class TestADecision:
    @pytest.mark.parametrize(("what", "state"), [("accept", "accepted"), ("reject", "rejected")])
    def test_it_is_kept_with_the_job(self, writer, job, what, state):
        first, second = job["result"]["suggestions"]
        answer = decide(writer, job, first["id"], what)

        assert (answer.status_code, answer.json()) == (200, first | {"state": state})
        assert writer.job(job["id"])["result"]["suggestions"] == [first | {"state": state}, second]

    def test_the_last_word_counts(self, writer, job):
        for what in ("accept", "accept", "reject"):
            assert decide(writer, job, "sg_1", what).status_code == 200

        bare = writer.http.get(job["urls"]["result"]).json()
        assert [one["state"] for one in bare["suggestions"]] == ["rejected", "pending"]

    def test_the_events_stay_the_same_bytes(self, writer, job):
        before = writer.page(job["id"])["events"]
        decide(writer, job, "sg_1", "accept")

        assert writer.page(job["id"])["events"] == before

    def test_it_changes_the_jobs_etag(self, writer, job):
        before = writer.http.get(job["urls"]["self"]).headers["ETag"]
        decide(writer, job, "sg_1", "accept")

        assert writer.http.get(job["urls"]["self"]).headers["ETag"] != before

    def test_it_may_come_as_soon_as_the_suggestion_is_shown(self, writer, model):
        hold = threading.Event()
        model.plan(lambda call: known_words(call, hold=hold))
        job_id = writer.begin(order(some_text()))
        with writer.follow(job_id) as events:
            next(event for event in events if event.name == "suggestion.created")
        answer = decide(writer, {"id": job_id}, "sg_1", "accept")
        hold.set()

        assert (answer.status_code, answer.json()["state"]) == (200, "accepted")
        assert writer.ended(job_id)["result"]["suggestions"][0]["state"] == "accepted"

    def test_one_who_shares_the_work_decides_for_themselves(self, writer, model):
        text, hold = some_text(), threading.Event()
        model.plan(lambda call: known_words(call, hold=hold))
        jobs = [writer.begin(order(text)) for _ in range(2)]
        hold.set()
        ended = [writer.ended(job_id) for job_id in jobs]
        decide(writer, ended[0], "sg_1", "accept")
        states = [writer.job(one)["result"]["suggestions"][0]["state"] for one in jobs]

        assert states == ["accepted", "pending"]

    @pytest.mark.parametrize("sid", ["sg_99", "nonsense", "sg_1%20"])
    def test_a_suggestion_that_is_none_is_unknown(self, writer, job, sid):
        assert decide(writer, job, sid, "accept").status_code == 404

    def test_somebody_elses_is_unknown(self, other_writer, job):
        assert decide(other_writer, job, "sg_1", "accept").status_code == 404
