import itertools
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from shared.data.redis.client import connect
from shared.data.redis.job_store import JobStore
from shared.data.redis.keys import KeySpace
from shared.domain.identity import session_owner
from shared.jobs.policy import JobPolicy
from tests.batch_client import sent, submit
from tests.rates import back_since, first_refusal, until_refused
from tests.stack_client import Writer, order, some_text

SUGGESTIONS = 20  # a minute, for an anonymous caller
_addresses = itertools.count(1)


def visitor(stack):
    """Return someone from an address of their own."""
    return Writer(stack.url, **{"X-Forwarded-For": f"203.0.113.{next(_addresses)}"})


@pytest.fixture
def caller(strict_stack):
    with visitor(strict_stack) as someone:
        yield someone


def spend(caller, requests):
    """Use up as many tokens, one after another, and return the last answer."""
    return [caller.submit(order(some_text())) for _ in range(requests)][-1]


def exhaust(caller):
    """Use up all tokens and ask for one more; return the answers, the last of which is refused."""
    ask = partial(spend, caller, 1)
    return until_refused(ask, holds=SUGGESTIONS, a_minute=SUGGESTIONS)


def cancel_and_keep(stack, caller, job_id):
    """Cancel a job and keep it for an hour: this web tier would keep it for a second."""
    keys = KeySpace(stack.settings.partitions)
    with connect(str(stack.settings.redis_uri), timeout_s=10) as redis:
        policy = JobPolicy(retention_s=3600, queue_depth=1000, bulk_window=20)
        jobs = JobStore(redis, keys, policy)
        assert jobs.cancel(job_id, owner=session_owner(caller.session))


class TestBurst:
    def test_it_is_granted_and_then_refused(self, caller):
        *granted, refused = exhaust(caller)

        assert {answer.status_code for answer in granted} == {202}
        error = refused.json()["error"]
        assert (error["code"], error["retryable"]) == ("RATE_LIMITED", True)
        assert 0 < error["retry_after_ms"] <= 3000

    def test_every_answer_tells_what_is_left(self, caller):
        began = time.monotonic()
        first, second = spend(caller, 1), spend(caller, 1)
        left = int(second.headers["X-RateLimit-Remaining"])

        assert first.headers["RateLimit-Policy"] == f'"suggestions";q={SUGGESTIONS};w=60'
        assert first.headers["RateLimit"].startswith('"suggestions";r=19;t=')
        assert first.headers["X-RateLimit-Limit"] == "20"
        assert first.headers["X-RateLimit-Remaining"] == "19"
        assert 18 <= left <= 18 + back_since(began, SUGGESTIONS)
        assert 0 < int(second.headers["X-RateLimit-Reset"]) <= 60

    def test_a_refusal_tells_it_too_and_when_to_come_back(self, caller):
        refused = exhaust(caller)[-1]

        assert 1 <= int(refused.headers["Retry-After"]) <= 3
        assert refused.headers["X-RateLimit-Remaining"] == "0"
        assert refused.headers["RateLimit"].startswith('"suggestions";r=0;')
        assert "RateLimit-Policy" in refused.headers

    def test_services_have_buckets_of_their_own(self, caller):
        exhaust(caller)

        assert caller.http.get("/api/v1/templates").status_code == 200

    def test_of_many_at_once_exactly_as_many_come_in_as_there_are_tokens(self, caller):
        bodies = [order(some_text()) for _ in range(60)]
        caller.http.get("/api/v1/limits")
        began = time.monotonic()
        with ThreadPoolExecutor(20) as pool:
            statuses = [answer.status_code for answer in pool.map(caller.submit, bodies)]

        most = SUGGESTIONS + back_since(began, SUGGESTIONS)
        assert SUGGESTIONS <= statuses.count(202) <= most
        assert set(statuses) == {202, 429}


class TestRefused:
    def test_it_makes_no_session(self, caller, strict_stack):
        exhaust(caller)
        address = {"X-Forwarded-For": caller.http.headers["X-Forwarded-For"]}

        def come():
            with Writer(strict_stack.url, **address) as newcomer:
                return newcomer.submit(order(some_text()))

        refused = first_refusal(come)

        assert "X-Session-Id" not in refused.headers
        assert "Set-Cookie" not in refused.headers

    def test_it_leaves_its_idempotency_key_unused(self, caller):
        keys = []

        def ask():
            keys.append(f"k{len(keys)}")
            return caller.submit(order(some_text()), Idempotency_Key=keys[-1])

        first_refusal(ask)
        elsewhere = {"X_Forwarded_For": f"203.0.113.{next(_addresses)}"}
        other_body = caller.submit(order(some_text()), Idempotency_Key=keys[-1], **elsewhere)

        assert other_body.status_code in (202, 429)
        assert other_body.status_code != 422

    def test_all_sessions_of_an_address_count_together(self, caller, strict_stack):
        exhaust(caller)
        address = {"X-Forwarded-For": caller.http.headers["X-Forwarded-For"]}

        def come():
            with Writer(strict_stack.url, **address) as neighbour:
                return neighbour.submit(order(some_text()))

        assert first_refusal(come)
        with visitor(strict_stack) as stranger:
            assert stranger.submit(order(some_text())).status_code == 202

    def test_bad_input_costs_nothing(self, caller):
        caller.http.get("/api/v1/limits")
        bad = [caller.submit(order("")).status_code for _ in range(SUGGESTIONS + 1)]

        assert set(bad) == {400}
        assert spend(caller, 1).headers["X-RateLimit-Remaining"] == "19"


class TestChat:
    def test_it_has_a_bucket_of_its_own(self, caller):
        spend(caller, 1)
        ask = partial(caller.http.post, "/api/v1/chat", json={"message": "Hi"})
        answers = until_refused(ask, holds=10, a_minute=10)

        assert {answer.status_code for answer in answers[:-1]} == {202}
        assert answers[0].headers["RateLimit-Policy"] == '"chat";q=10;w=60'

    def test_one_that_is_tried_again_is_a_chat_again(self, caller, strict_stack):
        job_id = caller.http.post("/api/v1/chat", json={"message": "Hi"}).json()["id"]
        cancel_and_keep(strict_stack, caller, job_id)
        again = caller.http.post(f"/api/v1/jobs/{job_id}/retry")

        assert again.status_code == 202
        assert again.headers["RateLimit-Policy"].startswith('"chat"')

    def test_a_conversation_that_is_not_there_costs_a_read(self, caller):
        body = {"message": "Hi", "conversation_id": "x"}
        refused = caller.http.post("/api/v1/chat", json=body)

        assert refused.status_code == 404
        assert refused.headers["RateLimit-Policy"].startswith('"reads"')


class TestBatches:
    def test_they_have_a_bucket_of_their_own(self, caller):
        spend(caller, 1)
        answers = until_refused(lambda: submit(caller, sent(some_text())), holds=2, a_minute=2)

        assert {answer.status_code for answer in answers[:-1]} == {202}
        assert answers[0].headers["RateLimit-Policy"] == '"batches";q=2;w=60'

    @pytest.mark.parametrize("route", ["batches", "jobs"])
    def test_one_that_is_tried_again_is_a_batch_again(self, caller, strict_stack, route):
        batch_id = submit(caller, sent(some_text())).json()["id"]
        cancel_and_keep(strict_stack, caller, batch_id)
        again = caller.http.post(f"/api/v1/{route}/{batch_id}/retry")

        assert again.status_code == 202
        assert again.headers["RateLimit-Policy"].startswith('"batches"')
        assert again.headers["X-RateLimit-Remaining"] == "0"

    def test_a_job_of_another_kind_is_looked_for_at_the_price_of_a_read(self, caller):
        job_id = spend(caller, 1).json()["id"]
        refused = caller.http.post(f"/api/v1/batches/{job_id}/retry")

        assert refused.status_code == 404
        assert refused.headers["RateLimit-Policy"].startswith('"reads"')


class TestIndex:
    def test_it_shows_all_that_is_left(self, caller):
        began = time.monotonic()
        spend(caller, 3)
        told = caller.http.get("/api/v1/limits").json()
        limits = {one["service"]: one for one in told["limits"]}

        assert {service: one["limit"] for service, one in limits.items()} == {
            "suggestions": 20,
            "chat": 10,
            "batches": 2,
            "auth": 10,
            "reads": 300,
        }
        left = limits["suggestions"]["remaining"]
        assert 17 <= left <= 17 + back_since(began, SUGGESTIONS)
        assert limits["reads"]["remaining"] == 299
        assert {one["tier"] for one in limits.values()} == {"anonymous"}

    def test_it_has_the_shape_of_the_contract(self, caller):
        told = caller.http.get("/api/v1/limits").json()

        assert set(told["budget"]) == {"limit_usd", "spent_usd", "reserved_usd", "resets_at"}
        assert set(told["limits"][0]) == {"tier", "service", "limit", "remaining", "reset_s"}
