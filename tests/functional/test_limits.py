import itertools
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.batch_client import sent, submit
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


class TestBurst:
    def test_it_is_granted_and_then_refused(self, caller):
        last = spend(caller, SUGGESTIONS)
        refused = caller.submit(order(some_text()))

        assert last.status_code == 202
        assert refused.status_code == 429
        error = refused.json()["error"]
        assert (error["code"], error["retryable"]) == ("RATE_LIMITED", True)
        assert 0 < error["retry_after_ms"] <= 3000

    def test_every_answer_tells_what_is_left(self, caller):
        first, second = spend(caller, 1), spend(caller, 1)

        assert first.headers["RateLimit-Policy"] == f'"suggestions";q={SUGGESTIONS};w=60'
        assert first.headers["RateLimit"].startswith('"suggestions";r=19;t=')
        assert first.headers["X-RateLimit-Limit"] == "20"
        assert [a.headers["X-RateLimit-Remaining"] for a in (first, second)] == ["19", "18"]
        assert 0 < int(second.headers["X-RateLimit-Reset"]) <= 60

    def test_a_refusal_tells_it_too_and_when_to_come_back(self, caller):
        spend(caller, SUGGESTIONS)
        refused = caller.submit(order(some_text()))

        assert 1 <= int(refused.headers["Retry-After"]) <= 3
        assert refused.headers["X-RateLimit-Remaining"] == "0"
        assert refused.headers["RateLimit"].startswith('"suggestions";r=0;')
        assert "RateLimit-Policy" in refused.headers

    def test_services_have_buckets_of_their_own(self, caller):
        spend(caller, SUGGESTIONS)

        assert caller.http.get("/api/v1/templates").status_code == 200

    def test_of_many_at_once_exactly_as_many_come_in_as_there_are_tokens(self, caller):
        bodies = [order(some_text()) for _ in range(60)]
        caller.http.get("/api/v1/limits")
        with ThreadPoolExecutor(20) as pool:
            statuses = [answer.status_code for answer in pool.map(caller.submit, bodies)]

        # A token comes back every 3 s, and a slow run takes some seconds.
        assert SUGGESTIONS <= statuses.count(202) < SUGGESTIONS + 20
        assert set(statuses) == {202, 429}


class TestRefused:
    def test_it_makes_no_session(self, caller, strict_stack):
        spend(caller, SUGGESTIONS)
        address = {"X-Forwarded-For": caller.http.headers["X-Forwarded-For"]}
        with Writer(strict_stack.url, **address) as newcomer:
            refused = newcomer.submit(order(some_text()))

        assert refused.status_code == 429
        assert "X-Session-Id" not in refused.headers
        assert "Set-Cookie" not in refused.headers

    def test_it_leaves_its_idempotency_key_unused(self, caller):
        spend(caller, SUGGESTIONS)
        body = order(some_text())
        refused = caller.submit(body, Idempotency_Key="k")
        elsewhere = {"X_Forwarded_For": f"203.0.113.{next(_addresses)}"}
        other_body = caller.submit(order(some_text()), Idempotency_Key="k", **elsewhere)

        assert refused.status_code == 429
        assert other_body.status_code in (202, 429)
        assert other_body.status_code != 422

    def test_all_sessions_of_an_address_count_together(self, caller, strict_stack):
        spend(caller, SUGGESTIONS)
        address = caller.http.headers["X-Forwarded-For"]
        with (
            Writer(strict_stack.url, **{"X-Forwarded-For": address}) as neighbour,
            visitor(strict_stack) as stranger,
        ):
            answers = [one.submit(order(some_text())) for one in (neighbour, stranger)]

        assert [answer.status_code for answer in answers] == [429, 202]

    def test_bad_input_costs_nothing(self, caller):
        caller.http.get("/api/v1/limits")
        bad = [caller.submit(order("")).status_code for _ in range(SUGGESTIONS + 1)]

        assert set(bad) == {400}
        assert spend(caller, 1).headers["X-RateLimit-Remaining"] == "19"


class TestChat:
    def test_it_has_a_bucket_of_its_own(self, caller):
        spend(caller, 1)
        answers = [caller.http.post("/api/v1/chat", json={"message": "Hi"}) for _ in range(11)]

        assert [answer.status_code for answer in answers] == [202] * 10 + [429]
        assert answers[0].headers["RateLimit-Policy"] == '"chat";q=10;w=60'

    def test_one_that_is_tried_again_is_a_chat_again(self, caller):
        job_id = caller.http.post("/api/v1/chat", json={"message": "Hi"}).json()["id"]
        caller.cancel(job_id)
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
        answers = [submit(caller, sent(some_text())) for _ in range(3)]

        assert [answer.status_code for answer in answers] == [202, 202, 429]
        assert answers[0].headers["RateLimit-Policy"] == '"batches";q=2;w=60'

    @pytest.mark.parametrize("route", ["batches", "jobs"])
    def test_one_that_is_tried_again_is_a_batch_again(self, caller, route):
        batch_id = submit(caller, sent(some_text())).json()["id"]
        caller.cancel(batch_id)
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
        assert limits["suggestions"]["remaining"] in (17, 18)
        assert limits["reads"]["remaining"] == 299
        assert {one["tier"] for one in limits.values()} == {"anonymous"}

    def test_it_has_the_shape_of_the_contract(self, caller):
        told = caller.http.get("/api/v1/limits").json()

        assert set(told["budget"]) == {"limit_usd", "spent_usd", "reserved_usd", "resets_at"}
        assert set(told["limits"][0]) == {"tier", "service", "limit", "remaining", "reset_s"}
