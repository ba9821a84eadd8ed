import threading
from functools import partial

import pytest

from tests.model_server_scripts import known_words, refuse
from tests.stack import until
from tests.stack_client import SUGGESTIONS, ask_all, order, some_text

MANY = 1000
AT_ONCE = 100
TOGETHER = 3


@pytest.fixture
def shared(writer, model):
    """Return jobs that wait for one call, the leader first, and that call; the model holds on."""
    text, hold = some_text(), threading.Event()
    model.plan(lambda call: known_words(call, hold=hold))
    leader = writer.begin(order(text))
    until(lambda: model.calls_about(text), lambda: "the model was never called")
    followers = [writer.begin(order(text)) for _ in range(TOGETHER - 1)]
    return [leader, *followers], model.calls_about(text)[0], hold


class TestSharedWork:
    def test_each_has_a_job_of_its_own(self, writer, shared, model):
        jobs, call, hold = shared
        hold.set()
        ended = [writer.ended(job_id) for job_id in jobs]

        assert len(set(jobs)) == TOGETHER
        assert [job["id"] for job in ended] == jobs
        assert [job["dedup"]["joined"] for job in ended] == [False, True, True]
        assert {job["status"] for job in ended} == {"succeeded"}
        assert len(model.calls_about(call.text)) == 1

    def test_only_the_leader_pays(self, writer, shared):
        jobs, _, hold = shared
        hold.set()
        ended = [writer.ended(job_id) for job_id in jobs]
        tokens = [job["result"]["metadata"]["tokenCount"] for job in ended]

        assert tokens[0] > 0
        assert tokens[1:] == [0, 0]
        assert [job["usage"]["cost_usd"] > 0 for job in ended] == [True, False, False]

    def test_a_followers_events_are_the_leaders_and_the_last_its_own(self, writer, shared):
        jobs, _, hold = shared
        hold.set()
        logs = [writer.events(job_id) for job_id in jobs]

        assert logs[0][:-1] == logs[1][:-1] == logs[2][:-1]
        assert [log[-1].data["job"]["id"] for log in logs] == jobs
        assert {log[-1].name for log in logs} == {"job.succeeded"}

    def test_a_failure_is_everybodys(self, writer, model):
        text, hold = some_text(), threading.Event()
        model.plan(lambda _: refuse(hold=hold))
        jobs = [writer.begin(order(text)) for _ in range(TOGETHER)]
        hold.set()
        errors = [writer.ended(job_id)["error"] for job_id in jobs]

        assert errors[0]["code"] == "CONTENT_REFUSED"
        assert errors[1:] == errors[:1] * (TOGETHER - 1)

    def test_it_is_never_shared_between_owners(self, writer, other_writer, shared, model):
        _, call, hold = shared
        theirs = other_writer.begin(order(call.text))
        until(lambda: len(model.calls_about(call.text)) == 2, lambda: "one call for two owners")
        hold.set()

        assert not other_writer.ended(theirs)["dedup"]["joined"]

    def test_who_wants_a_fresh_answer_shares_nothing(self, writer, shared, model):
        _, call, hold = shared
        fresh = writer.begin(order(call.text), Cache_Control="no-cache")
        until(lambda: len(model.calls_about(call.text)) == 2, lambda: "no call of its own")
        hold.set()

        assert not writer.ended(fresh)["dedup"]["joined"]


class TestLeaving:
    @pytest.mark.parametrize("leaver", range(TOGETHER))
    def test_the_others_go_on(self, writer, shared, leaver):
        jobs, call, hold = shared
        answer = writer.cancel(jobs[leaver])
        left = writer.ended(jobs[leaver])
        hold.set()
        others = [writer.ended(job_id) for job_id in jobs if job_id != jobs[leaver]]

        assert answer.status_code == 200
        assert (left["status"], left["result"]) == ("cancelled", None)
        assert [job["status"] for job in others] == ["succeeded"] * (TOGETHER - 1)
        assert not call.hung_up

    def test_the_leavers_log_ends_there(self, writer, shared):
        jobs, _, hold = shared
        writer.cancel(jobs[1])
        before = writer.page(jobs[1])
        hold.set()
        writer.ended(jobs[0])

        assert before["final"]
        assert before["events"][-1]["event"] == "job.cancelled"
        assert before["events"][-1]["data"]["job"]["id"] == jobs[1]
        assert writer.page(jobs[1]) == before

    def test_somebody_follows_while_another_leaves(self, writer, shared):
        jobs, _, hold = shared
        with writer.follow(jobs[1]) as events:
            next(events)
            writer.cancel(jobs[1])
            names = [event.name for event in events]
        hold.set()

        assert names[-1] == "job.cancelled"
        assert writer.ended(jobs[0])["status"] == "succeeded"

    def test_one_who_stays_pays_for_a_leader_who_left(self, writer, shared):
        jobs, _, hold = shared
        writer.cancel(jobs[0])
        hold.set()
        costs = [writer.ended(job_id)["usage"]["cost_usd"] for job_id in jobs]

        assert costs[0] == 0
        assert sorted(cost > 0 for cost in costs[1:]) == [False, True]

    def test_the_last_one_stops_the_call(self, writer, shared):
        jobs, call, _ = shared
        for job_id in jobs:
            writer.cancel(job_id)
        until(lambda: call.hung_up, lambda: "the socket to the model stayed open")

        assert [writer.ended(job_id)["status"] for job_id in jobs] == ["cancelled"] * TOGETHER


class TestAThousand:
    def test_identical_requests_at_once_are_one_call(self, writer, stack, model):
        text, hold = some_text(), threading.Event()
        model.plan(lambda call: known_words(call, hold=hold))
        writer.http.get("/api/v1/limits")
        jobs, finals = ask_many(stack.url, writer.session, order(text), hold)

        assert len(model.calls_about(text)) == 1
        assert len({job["id"] for job in jobs}) == MANY
        assert {job["status"] for job in jobs} == {"succeeded"}
        assert len({str(job["result"]["suggestions"]) for job in jobs}) == 1
        assert sum(job["usage"]["cost_usd"] > 0 for job in jobs) == 1
        assert finals == [{"job": job} for job in jobs]

    @pytest.mark.deep
    def test_half_of_them_leave_and_the_others_are_unharmed(self, writer, stack, model):
        text, hold = some_text(), threading.Event()
        model.plan(lambda call: known_words(call, hold=hold))
        writer.http.get("/api/v1/limits")
        ask = partial(ask_all, stack.url, writer.session, at_once=AT_ONCE)
        urls = [job["urls"] for job in ask([("POST", SUGGESTIONS, order(text))] * MANY)]
        until(lambda: model.calls_about(text), lambda: "the model was never called")
        left = list(ask([("POST", each["cancel"], None) for each in urls[::2]]))
        hold.set()
        stayed = list(ask([("GET", f"{each['self']}?wait=60", None) for each in urls[1::2]]))

        assert {job["status"] for job in left} == {"cancelled"}
        assert {job["status"] for job in stayed} == {"succeeded"}
        assert sum(job["usage"]["cost_usd"] > 0 for job in stayed) == 1
        assert [call.hung_up for call in model.calls_about(text)] == [False]


def ask_many(url, session, body, hold):
    """Submit, let the model go on halfway, and return all jobs and their final events."""

    def ask(requests):
        return ask_all(url, session, requests, at_once=AT_ONCE)

    accepted = []
    for job in ask([("POST", SUGGESTIONS, body)] * MANY):
        accepted.append(job)
        if len(accepted) == MANY // 2:
            hold.set()
    jobs = list(ask(("GET", f"{job['urls']['self']}?wait=60", None) for job in accepted))
    pages = list(ask(("GET", job["urls"]["events"], None) for job in jobs))
    return jobs, [page["events"][-1]["data"] for page in pages]
