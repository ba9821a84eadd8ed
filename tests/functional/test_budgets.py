"""No owner spends more than their budget, however many of their requests come at once."""

import itertools
import sys
import threading
from datetime import UTC, datetime, timedelta

import pytest

from tests.account_client import Person
from tests.batch_client import finish_batch, sent
from tests.batch_client import submit as submit_batch
from tests.chat_client import chat, some_question
from tests.functional.spending_client import Till, ledger, submit_all, wait_for_a_day
from tests.model_server_scripts import answer, known_words
from tests.stack import OwnRedis, until
from tests.stack_client import Writer, order, some_text

MODEL, USD_A_TOKEN = "metered-1", 0.0001
BUDGET = 3.6
AT_ONCE = 7  # as many as are sure to fit; how many more depends on how soon they end
PRICES = f'{{"{MODEL}": {{"input": {USD_A_TOKEN * 1_000_000}, "output": 0}}}}'
_numbers = itertools.count(1)
DEAR = {"OPENAI_MODEL": MODEL, "OPENAI_MODELS": "", "MODEL_PRICES": PRICES}


@pytest.fixture(scope="module")
def bounded(new_stack, house):
    """Return a stack in which users may spend so much a day; `web-2` has the contract's rates."""
    terms = {"BUDGET_USER_USD": str(BUDGET), "WEB_CONCURRENCY": "2", "TRUSTED_PROXIES": "1"}
    with (
        OwnRedis(house / "bounded-redis") as redis,
        new_stack("bounded", redis, **DEAR, **terms) as own,
    ):
        own.own_env["web-2"] = {"RATE_LIMIT_SCALE": "1", "WEB_CONCURRENCY": "1"}
        yield own.start("web", "web-2", "interactive", "bulk", "sweeper").wait_until_ready()


@pytest.fixture(autouse=True)
def one_day():
    wait_for_a_day()


@pytest.fixture
def spender(bounded, model):
    with Person(bounded.url) as someone:
        yield someone.register()


@pytest.fixture
def till(bounded, spender):
    return Till(bounded, spender)


def budget(person):
    return person.http.get("/api/v1/limits").json()["budget"]


def jobs_of(person):
    """Return all jobs of somebody, page by page."""
    found, cursor = [], ""
    while cursor is not None:
        query = {"limit": 200} | ({"cursor": cursor} if cursor else {})
        page = person.http.get("/api/v1/jobs", params=query).json()
        found, cursor = found + page["jobs"], page["next_cursor"]
    return found


def all_ended(person):
    jobs = jobs_of(person)
    return jobs if all(job["finished_at"] for job in jobs) else None


@pytest.mark.parametrize("count", [300, pytest.param(1000, marks=pytest.mark.deep)])
def test_many_at_once_spend_no_more_than_the_budget(spender, till, model, capsys, count):
    model.plan(lambda call: known_words(call, before_first_s=0.05))
    with till.watched():
        answers = submit_all(spender, count, at_once=16)
        jobs = until(lambda: all_ended(spender), str, within_s=120)
    paid = sum(job["usage"]["cost_usd"] for job in jobs)
    told = ledger(till, answers, paid)
    with capsys.disabled():
        sys.stdout.write(f"\nbudget {BUDGET}\n{told}\n")
    refused = [one for one in answers if one.status_code == 402]

    assert {one.status_code for one in answers} == {202, 402}
    assert {one.json()["error"]["code"] for one in refused} == {"BUDGET_EXCEEDED"}
    assert all(spent + reserved <= BUDGET for spent, reserved in till.seen)
    assert len(jobs) + len(refused) == count
    assert len(jobs) >= AT_ONCE
    assert 0 < paid <= BUDGET
    spent, reserved = till.look()
    # More than was paid only where a busy machine lost a lease: such an attempt counts in full.
    assert (paid - 1e-6 <= spent <= BUDGET, reserved) == (True, 0)


class TestWhatIsCounted:
    def test_it_is_shown_with_the_moment_at_which_it_begins_anew(self, spender):
        midnight = datetime.now(UTC).date() + timedelta(days=1)
        job = spender.finish(order(some_text()))

        assert budget(spender) == {
            "limit_usd": BUDGET,
            "spent_usd": pytest.approx(job["usage"]["cost_usd"]),
            "reserved_usd": 0,
            "resets_at": f"{midnight.isoformat()}T00:00:00.000Z",
        }

    def test_each_kind_of_job_tells_its_cost_and_all_are_spent(self, spender, till, model):
        done = [
            spender.finish(order(some_text())),
            chat(spender, some_question()),
            finish_batch(spender, sent(some_text(), some_text())),
        ]
        model.plan(lambda call: answer(400))
        done.append(spender.finish(order(some_text())))
        job_id, _ = spender.begin_held(model, some_text())
        with spender.follow(job_id) as events:
            next(event for event in events if event.name == "suggestion.created")
            spender.cancel(job_id)
        done.append(spender.ended(job_id))

        costs = [job["usage"]["cost_usd"] for job in done]
        assert [job["status"] for job in done] == ["succeeded"] * 3 + ["failed", "cancelled"]
        assert [cost > 0 for cost in costs] == [True, True, True, False, True]
        assert till.look() == (pytest.approx(sum(costs)), 0)

    def test_a_killed_worker_has_used_all_that_was_set_aside(self, bounded, spender, till, model):
        job_id, _ = spender.begin_held(model, some_text())
        _, worst = till.look()
        model.plan(known_words)
        bounded.processes["interactive"].kill()
        bounded.replace("interactive")
        job = spender.ended(job_id)

        assert job["status"] == "succeeded"
        assert worst > job["usage"]["cost_usd"] > 0
        assert till.look() == (pytest.approx(worst + job["usage"]["cost_usd"]), 0)


class TestWhenItIsSpent:
    @pytest.fixture
    def broke(self, spender, model):
        """Return one who has spent nearly all, and a text whose answer is known."""
        text = some_text()
        spender.finish(order(text))
        while spender.submit(order(some_text()), Prefer="wait=60").status_code != 402:
            pass
        return spender, text

    def test_what_is_new_is_refused_and_what_costs_nothing_answered(self, broke):
        person, text = broke
        before = person.http.get("/api/v1/limits").json()["limits"][0]["remaining"]
        refused = person.submit(order(some_text()), Idempotency_Key="k")
        known = person.submit(order(text), Idempotency_Key="k")

        assert refused.status_code == 402
        assert refused.json()["error"]["code"] == "BUDGET_EXCEEDED"
        assert 0 < int(refused.headers["Retry-After"]) <= 24 * 3600
        assert (known.status_code, known.json()["outcome"]) == (200, "cached")
        after = person.http.get("/api/v1/limits").json()["limits"][0]["remaining"]
        assert before - after <= 1

    def test_sections_pay_as_they_begin(self, broke, till):
        person, _ = broke
        spent, _ = till.look()
        job = finish_batch(person, sent(*(some_text() for _ in range(12))))

        assert job["error"]["code"] == "BUDGET_EXCEEDED"
        assert till.look() == (pytest.approx(spent + job["usage"]["cost_usd"]), 0)
        assert submit_batch(person, sent(some_text())).status_code in (202, 402)


class TestHowMuchRunsAtOnce:
    AT_ONCE = 10  # of an anonymous owner

    @pytest.fixture
    def crowd(self, bounded, model):
        """Return somebody for whom as much runs as may, the jobs, and what lets them end."""
        hold, address = threading.Event(), {"X-Forwarded-For": f"198.51.100.{next(_numbers)}"}
        model.plan(lambda call: known_words(call, hold=hold))
        with Writer(bounded.urls[1], **address) as someone:
            jobs = [someone.begin(order(some_text())) for _ in range(self.AT_ONCE + 2)]
            self.wait_until_two_wait(someone, jobs)
            yield someone, jobs, hold

    def wait_until_two_wait(self, someone, jobs):
        """Return once ten run and two wait; now and then these ask again, and are queued then."""
        wanted = [("running", None)] * self.AT_ONCE + [("waiting", "rate_limit")] * 2

        def states():
            found = map(someone.job, jobs)
            return sorted(((job["status"], job["wait_reason"]) for job in found), key=str)

        until(lambda: states() == wanted, states)

    def test_more_waits_and_others_are_not_kept_from_starting(self, bounded, crowd, model):
        someone, jobs, hold = crowd
        model.plan(known_words)
        with Writer(bounded.urls[1], **{"X-Forwarded-For": "192.0.2.8"}) as other:
            assert other.finish(order(some_text()))["status"] == "succeeded"
        self.wait_until_two_wait(someone, jobs)
        hold.set()

        ended = [someone.ended(job_id) for job_id in jobs]
        assert {(job["status"], job["attempt"]) for job in ended} == {("succeeded", 1)}

    def test_it_heals_when_the_worker_is_killed(self, bounded, crowd, model):
        someone, jobs, _ = crowd
        model.plan(known_words)
        bounded.processes["interactive"].kill()
        bounded.replace("interactive")

        assert {someone.ended(job_id)["status"] for job_id in jobs} == {"succeeded"}
