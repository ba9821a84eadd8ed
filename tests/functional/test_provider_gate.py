"""The pace, the circuit breaker and the installation's budget, on processes of their own."""

import time
from contextlib import closing

import pytest
from redis import Redis

from bench.provider_limits import Bucket, ProviderLimits
from shared.data.redis.keys import KeySpace
from shared.data.redis.provider_gate import GatePolicy, ProviderGate
from shared.domain.prices import cost_usd
from shared.jobs.provider_calls import BreakerPhase
from tests.batch_client import finish_batch, sent, some_texts
from tests.metrics_client import metrics_of
from tests.model_server_limits import limited
from tests.model_server_scripts import answer, known_words
from tests.stack import OwnRedis, until
from tests.stack_client import SUGGESTIONS, Writer, ask_all, order, some_text

BUDGET_USD = 0.05
PER_MINUTE = 300
TRY_NOW = """
if redis.call('HEXISTS', KEYS[1], 'opens_until') == 1 then
  redis.call('HSET', KEYS[1], 'opens_until', 1)
end
"""
A_DAY_S, LONGEST_S = 86_400, 400  # of a test about the day's money
MODEL = "gpt-4o-mini"


@pytest.fixture(scope="module")
def gated(new_stack, house):
    """Return a stack whose breaker is as sensitive as it comes, and which may spend five cents."""
    strict = {"BREAKER_FAILURES": "5", "BUDGET_INSTALLATION_USD": str(BUDGET_USD)}
    with (
        OwnRedis(house / "gated-redis") as redis,
        new_stack("gated", redis, **strict) as own,
        closing(Redis.from_url(redis.uri, decode_responses=True)) as client,
    ):
        own.redis = client
        yield own.start("web", "interactive", "bulk", "sweeper").wait_until_ready()


@pytest.fixture
def caller(gated, model, gate):
    """Return somebody on a day on which nothing was spent yet."""
    until(lambda: settled(gate), gate.budget_today)
    for purse in gated.redis.scan_iter("cd:{all}:p*"):
        gated.redis.delete(purse)
    with Writer(gated.url) as someone:
        someone.http.get("/api/v1/limits")
        yield someone


@pytest.fixture
def gate(gated):
    return ProviderGate(gated.redis, GatePolicy.of(gated.settings))


def phase(gate):
    return {breaker.state for breaker in gate.breakers() if breaker.model == MODEL}


def submit(caller, count):
    """Submit so many jobs side by side, and return their ids."""
    bodies = [("POST", SUGGESTIONS, order(some_text())) for _ in range(count)]
    url = str(caller.http.base_url).rstrip("/")
    return [job["id"] for job in ask_all(url, caller.session, bodies, at_once=20)]


def open_breaker(caller, model, gate):
    """Let five jobs fail once, and return their ids."""
    model.plan(answer(500))
    ids = submit(caller, 5)
    until(lambda: phase(gate) == {BreakerPhase.OPEN}, gate.breakers)
    return ids


def stay_open(gated, *, for_s):
    (key,) = gated.redis.keys(f"cd:{{all}}:model:*:{MODEL}")
    gated.redis.hset(key, "opens_until", int((time.time() + for_s) * 1000))


def go_on(gated, caller, ids):
    """Do as if all had waited long enough; return whether they have ended."""
    left = [job_id for job_id in ids if not caller.job(job_id)["finished_at"]]
    for model in gated.redis.keys(f"cd:{{all}}:model:*:{MODEL}"):
        gated.redis.eval(TRY_NOW, 1, model)
    for job_id in left:
        gated.redis.zadd(KeySpace(1).of_job(job_id).parked, {job_id: 1}, xx=True)
    return not left


def a_crowd_that_waits(caller):
    """Return some jobs and all their events, if any of them had to wait."""
    ids = submit(caller, 4)
    events = [event for job_id in ids for event in caller.events(job_id)]
    return (ids, events) if "job.waiting" in {event.name for event in events} else None


class TestPace:
    def test_a_backlog_is_worked_off_at_the_providers_pace(self, caller, model):
        # A worker that gets no processor for some seconds makes all their calls at once.
        limits = ProviderLimits(Bucket(PER_MINUTE, capacity=PER_MINUTE / 10))
        model.plan(limited(limits))
        ids = submit(caller, PER_MINUTE // 5)
        ended = [caller.ended(job_id) for job_id in ids]

        assert {job["status"] for job in ended} == {"succeeded"}
        # Of 30 that are too many at once; how fast it goes is in docs/performance.md.
        assert limits.refused <= 3

    def test_who_waits_for_its_turn_says_so_and_is_charged_no_attempt(self, caller, model):
        model.plan(limited(ProviderLimits(Bucket(30, capacity=3))))
        caller.finish(order(some_text()))
        # A busy machine may take so long to bring them that none has to wait.
        ids, events = until(lambda: a_crowd_that_waits(caller), lambda: "nobody ever waits")
        waits = [e.data["reason"] for e in events if e.name == "job.waiting"]

        assert set(waits) == {"rate_limit"}
        assert {caller.job(job_id)["attempt"] for job_id in ids} == {1}
        assert "output.reset" not in {event.name for event in events}

    @pytest.mark.deep
    def test_the_sections_of_a_batch_wait_for_theirs(self, caller, model):
        limits = ProviderLimits(Bucket(PER_MINUTE, capacity=20))
        model.plan(limited(limits))
        caller.finish(order(some_text()))
        batch = finish_batch(caller, sent(*some_texts(40)))

        assert (batch["status"], batch["outcome"]) == ("succeeded", "complete")
        assert batch["counts"]["succeeded"] == 40
        assert limits.refused <= 2  # of 20 that are too many at once


class TestBreaker:
    def test_work_waits_until_a_probe_succeeds(self, caller, model, gate, gated):
        ids = open_breaker(caller, model, gate)
        stay_open(gated, for_s=60)
        ids.append(caller.begin(order(some_text())))
        waiting = until(
            lambda: (job := caller.job(ids[-1]))["status"] == "waiting" and job, gated.logs
        )
        model.plan(known_words)
        until(lambda: go_on(gated, caller, ids), gated.logs)
        ended = [caller.ended(job_id) for job_id in ids]

        assert waiting["wait_reason"] == "circuit_open"
        assert {(job["status"], job["attempt"]) for job in ended} == {("succeeded", 1)}
        assert phase(gate) == {BreakerPhase.CLOSED}

    def test_who_joins_work_that_waits_for_it_expires_alone(self, caller, model, gate, gated):
        ids = open_breaker(caller, model, gate)
        stay_open(gated, for_s=40)
        body = order(some_text())
        ids.append(caller.begin(body))
        until(lambda: caller.job(ids[-1])["wait_reason"] == "circuit_open", gated.logs)
        follower = caller.ended(caller.begin(body | {"expires_in": 1}))
        leader = caller.job(ids[-1])
        for job_id in ids:
            caller.cancel(job_id)

        assert (follower["status"], follower["dedup"]["joined"]) == ("expired", True)
        assert follower["usage"]["cost_usd"] == 0
        assert leader["status"] == "waiting"

    def test_what_cannot_end_in_time_is_refused(self, caller, model, gate, gated):
        begun = open_breaker(caller, model, gate)
        stay_open(gated, for_s=3600)
        called = len(model.calls)
        assert {caller.ended(job_id)["status"] for job_id in begun} == {"failed"}
        job = caller.finish(order(some_text()))

        assert (job["status"], job["error"]["code"]) == ("failed", "CIRCUIT_OPEN")
        assert job["error"]["retryable"]
        assert job["error"]["retry_after_ms"] > 500_000
        assert len(model.calls) == called
        assert metrics_of(gated.url)("copydesk_breaker_state", model=MODEL) == 2


@pytest.mark.timeout(3 * LONGEST_S)
class TestBudget:
    @pytest.fixture(autouse=True)
    def _one_day(self):
        """Let no day end during the test, for the next one has money of its own."""
        left_s = A_DAY_S - time.time() % A_DAY_S
        if left_s < LONGEST_S:
            time.sleep(left_s)

    def test_it_is_never_exceeded_whoever_asks_at_once(self, caller, model, gate, gated):
        ids = submit(caller, 600)
        ended = [caller.ended(job_id) for job_id in ids]
        codes = {job["error"]["code"] for job in ended if job["error"]}
        today = until(lambda: settled(gate), gate.budget_today)
        billed = sum(cost_of(call) for call in model.calls)

        assert 10 < len(model.calls) < len(ids)
        assert codes == {"OVERLOADED"}
        assert 0.8 * BUDGET_USD < billed <= today.spent_usd + 1e-9 <= BUDGET_USD
        assert 0 < sum(job["usage"]["cost_usd"] for job in ended) <= today.spent_usd + 1e-9
        metrics = metrics_of(gated.url)
        assert metrics("copydesk_budget_limit_usd") == BUDGET_USD
        assert metrics("copydesk_budget_spent_usd") == pytest.approx(today.spent_usd)

    def test_a_call_whose_worker_died_counts_with_all_it_could_cost(
        self, caller, model, gate, gated
    ):
        job_id, hold = caller.begin_held(model, some_text())
        reserved = until(lambda: gate.budget_today().reserved_usd, gated.logs)
        gated.processes["interactive"].kill()
        for permit in gated.redis.zrange("cd:{all}:permits", 0, -1):
            gated.redis.zadd("cd:{all}:permits", {permit: 1})  # as if its time were over
        spent = gate.budget_today().spent_usd
        hold.set()
        gated.replace("interactive")
        job = caller.ended(job_id)

        assert spent == reserved > 0
        assert job["status"] == "succeeded"
        whole = pytest.approx(spent + job["usage"]["cost_usd"])
        until(lambda: gate.budget_today().spent_usd == whole, gate.budget_today)


def settled(gate):
    """Return what was spent once nothing is set aside for a call any more."""
    today = gate.budget_today()
    return today if today.reserved_usd == 0 else None


def cost_of(call):
    """Return what the model's server bills for a call that it answered."""
    told = sum(map(len, known_words(call).chunks)) // 4 + 1
    return cost_usd(MODEL, input_tokens=call.input_tokens, cached_tokens=0, output_tokens=told)
