"""What happens when a model's server fails and a second one is there: on true processes."""

import json

import pytest

from shared.domain.prices import cost_usd
from tests.batch_client import finish_batch, sent, some_texts
from tests.chat_client import ask, chat
from tests.functional.conftest import API_KEY, OTHER_MODEL
from tests.model_server import ModelServer
from tests.model_server_scripts import (
    answer,
    edit,
    half_a_json,
    hang,
    html,
    in_turn,
    known_words,
    nothing,
    propose,
    say,
)
from tests.stack import OwnRedis
from tests.stack_client import Writer, order, some_text

SECOND_MODEL, SECOND_KEY = "gpt-4o", "sk-second-77aa"
BREAKER_FAILURES = 20  # more than the other tests bring about
SPENT = json.dumps({"error": {"code": "insufficient_quota", "message": "no money"}})
BROKEN = {
    "500": answer(500),
    "away": nothing(),
    "nonsense": html(),
    "wrong key": answer(401),
    "unknown model": answer(404),
    "no money": answer(429, SPENT),
    "long wait": answer(429, headers={"Retry-After": "30"}),
}


@pytest.fixture(scope="module")
def second_server():
    with ModelServer() as server:
        yield server


@pytest.fixture
def second(second_server):
    second_server.reset()
    yield second_server
    second_server.reset()


@pytest.fixture(scope="module")
def backed(new_stack, house, second_server):
    """Return a stack with a second model at a server of its own."""
    settings = {
        "FALLBACK_MODEL": SECOND_MODEL,
        "FALLBACK_BASE_URL": second_server.base_url,
        "FALLBACK_API_KEY": SECOND_KEY,
        "BREAKER_FAILURES": str(BREAKER_FAILURES),
        "PROVIDER_TIMEOUT_SCALE": "0.5",  # ten seconds to the first token
    }
    with OwnRedis(house / "backed-redis") as redis, new_stack("backed", redis, **settings) as own:
        yield own.start("web", "interactive", "bulk", "sweeper").wait_until_ready()


@pytest.fixture
def someone(backed, model, second):
    with Writer(backed.url) as writer:
        yield writer


def told(job):
    """Return how a job ended, and who answered."""
    return job["status"], job["outcome"], job["model"], job["result"]["metadata"]["model"]


DEGRADED = ("succeeded", "degraded", SECOND_MODEL, SECOND_MODEL)


class TestWhoAnswers:
    @pytest.mark.parametrize("fault", BROKEN.values(), ids=BROKEN)
    def test_the_second_one_where_the_first_cannot(self, someone, model, second, fault):
        model.plan(fault)
        job = someone.finish(order(some_text()))

        assert told(job) == DEGRADED
        assert [edit["suggested"] for edit in job["result"]["suggestions"]] == ["significant"]
        assert (len(model.calls), len(second.calls)) == (1, 1)
        assert job["attempt"] == 1

    def test_it_is_paid_at_its_own_price(self, someone, model):
        model.plan(answer(500))
        usage = someone.finish(order(some_text()))["usage"]
        cost = usage.pop("cost_usd")

        assert cost == pytest.approx(cost_usd(SECOND_MODEL, **usage))

    def test_what_the_first_one_took_before_it_hung_up_is_paid_for_too(self, someone, model):
        model.plan(answer(500))
        alone = someone.finish(order(some_text()))["usage"]
        model.plan(BROKEN["away"])
        both = someone.finish(order(some_text()))["usage"]

        assert both["input_tokens"] > alone["input_tokens"]
        assert both["cost_usd"] > alone["cost_usd"]

    def test_each_server_is_asked_with_its_own_model_and_key(self, someone, model, second):
        model.plan(answer(500))
        someone.finish(order(some_text()))
        asked = [
            (call.body["model"], call.headers["authorization"])
            for call in (*model.calls, *second.calls)
        ]

        assert asked == [
            ("gpt-4o-mini", f"Bearer {API_KEY}"),
            (SECOND_MODEL, f"Bearer {SECOND_KEY}"),
        ]

    @pytest.mark.deep
    def test_the_second_one_where_the_first_is_silent(self, someone, model, second):
        model.plan(hang())

        assert told(someone.finish(order(some_text()))) == DEGRADED

    @pytest.mark.parametrize("status", [400, 422])
    def test_nobody_else_where_the_call_is_at_fault(self, someone, model, second, status):
        model.plan(answer(status))
        job = someone.finish(order(some_text()))

        assert (job["status"], job["error"]["code"]) == ("failed", "PROVIDER_ERROR")
        assert second.calls == []

    def test_a_short_wait_is_worth_the_better_answer(self, someone, model, second):
        model.plan(in_turn(answer(429, headers={"Retry-After": "1"}), known_words))
        job = someone.finish(order(some_text()))

        assert told(job) == ("succeeded", "complete", "gpt-4o-mini", "gpt-4o-mini")
        assert second.calls == []

    def test_both_fail_as_the_first_one_did(self, someone, model, second):
        model.plan(answer(401))
        second.plan(answer(500))
        job = someone.finish(order(some_text()))

        assert (job["status"], job["model"]) == ("failed", "gpt-4o-mini")
        assert "HTTP 401" in job["error"]["message"]


class TestWhatWasShown:
    def test_it_is_withdrawn_before_the_second_one_answers(self, someone, model, second):
        shown = propose(edit("big", "huge"), edit("plan", "plot")).chunks[:-1]
        model.plan(in_turn(say(*shown, finish=None), answer(500)))
        job_id = someone.begin(order(some_text()))
        names = [event.name for event in someone.events(job_id)]

        assert told(someone.ended(job_id)) == DEGRADED
        assert names.index("output.reset") > names.index("suggestion.created")
        assert len(second.calls) == 1

    def test_a_cut_reply_is_tried_again_and_not_glued(self, someone, model, second):
        model.plan(in_turn(half_a_json(), known_words))
        job = someone.finish(order(some_text()))

        assert told(job) == ("succeeded", "complete", "gpt-4o-mini", "gpt-4o-mini")


class TestWhatIsKept:
    def test_the_next_one_who_asks_gets_the_first_models_answer(self, someone, model, second):
        text = some_text()
        model.plan(answer(500))
        assert told(someone.finish(order(text))) == DEGRADED
        model.plan(known_words)
        again = someone.finish(order(text))

        assert told(again) == ("succeeded", "complete", "gpt-4o-mini", "gpt-4o-mini")
        assert not again["dedup"]["joined"]

    def test_nor_are_sections_of_a_batch_kept(self, someone, model, second):
        body = sent(*some_texts(2))
        model.plan(answer(500))
        assert finish_batch(someone, body)["outcome"] == "degraded"
        model.reset()
        again = finish_batch(someone, body)

        assert (again["outcome"], len(model.calls)) == ("complete", 2)


class TestAChat:
    def test_one_that_names_its_model_is_answered_by_the_second(self, someone, model, second):
        model.plan(answer(500))
        second.plan(say("Yes, it is."))
        job = chat(someone, "Is it long?", model=OTHER_MODEL)

        assert told(job) == DEGRADED
        assert job["result"]["message"]["content"] == "Yes, it is."
        assert second.calls[0].body["model"] == SECOND_MODEL

    def test_a_model_that_is_left_alone_is_not_even_asked(self, someone, model, second):
        model.plan(answer(500))
        second.plan(say("Yes."))
        # All at once: the breaker counts what failed within 30 s.
        begun = [ask(someone, "Is it?", model=OTHER_MODEL) for _ in range(BREAKER_FAILURES)]
        assert {told(someone.ended(job_id)) for job_id in begun} == {DEGRADED}
        asked = len(model.calls)

        assert told(chat(someone, "Is it?", model=OTHER_MODEL)) == DEGRADED
        assert len(model.calls) == asked
