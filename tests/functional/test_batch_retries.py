import threading
from collections import Counter

import pytest

from tests.batch_client import (
    BATCHES,
    asked,
    begin_batch,
    ended_batch,
    finish_batch,
    mixed,
    post,
    refuse_some,
    sections_of,
    sent,
    show,
    some_texts,
)
from tests.document_client import fault
from tests.model_server_scripts import known_words
from tests.stack import until
from tests.stack_client import some_text
from web.schemas.batches import BatchView


@pytest.fixture
def picky(model):
    """Let the model refuse some sections and do the others."""
    model.plan(refuse_some)
    return model


class TestRetry:
    @pytest.mark.parametrize("route", [BATCHES, "/api/v1/jobs"])
    def test_only_what_failed_is_asked_again(self, writer, picky, route):
        body = mixed()
        first = finish_batch(writer, body)
        picky.plan(known_words)
        answer = writer.http.post(f"{route}/{first['id']}/retry")
        again = ended_batch(writer, answer.json()["id"])

        assert (answer.status_code, again["retry_of"]) == (202, first["id"])
        assert (again["status"], again["outcome"]) == ("succeeded", "complete")
        assert asked(picky, body) == [1, 2, 1]
        assert len(again["result"]["suggestions"]) == 3
        assert 0 < again["usage"]["cost_usd"] < first["usage"]["cost_usd"]
        assert show(writer, first["id"]) == first

    def test_that_of_a_cancelled_one_goes_on(self, writer, model):
        hold, body = threading.Event(), sent(some_text(), some_text())
        held = body["sections"][1]["content"]
        model.plan(lambda call: known_words(call, hold=hold if call.text in held else None))
        batch_id = begin_batch(writer, body)
        until(lambda: show(writer, batch_id)["counts"]["succeeded"] == 1, lambda: "none succeeded")
        until(lambda: model.calls_about(held), lambda: "never asked about")
        post(writer, batch_id, "cancel")
        ended_batch(writer, batch_id)
        model.plan(known_words)
        again = ended_batch(writer, post(writer, batch_id, "retry").json()["id"])

        assert again["counts"]["succeeded"] == 2
        assert asked(model, body) == [1, 2]

    def test_the_same_request_again_makes_no_second_one(self, writer, picky):
        first = finish_batch(writer, mixed())
        answers = [post(writer, first["id"], "retry", Idempotency_Key="k") for _ in range(2)]

        assert answers[0].json()["id"] == answers[1].json()["id"]
        assert answers[1].headers["Idempotent-Replayed"] == "true"
        assert answers[0].headers["RateLimit-Policy"].startswith('"batches"')

    def test_what_is_complete_or_goes_on_is_not_tried_again(self, writer, model):
        complete = finish_batch(writer, sent(some_text()))
        hold = threading.Event()
        model.plan(lambda call: known_words(call, hold=hold))
        live = begin_batch(writer, sent(some_text()))
        answers = [post(writer, one, "retry") for one in (complete["id"], live)]
        post(writer, live, "cancel")

        assert [fault(answer) for answer in answers] == [(409, "CONFLICT")] * 2


class TestMoney:
    def test_a_section_that_can_never_fit_is_not_asked_about(self, writer, model):
        body = sent(some_text(), some_text(), max_cost_usd=1e-9)
        batch = finish_batch(writer, body)
        errors = [section["error"]["code"] for section in sections_of(writer, batch["id"])]

        assert errors == ["BUDGET_EXCEEDED"] * 2
        assert (batch["status"], asked(model, body)) == ("failed", [0, 0])
        assert batch["usage"]["cost_usd"] == 0

    def test_what_fits_is_done_however_it_has_to_wait(self, writer, model):
        free = finish_batch(writer, sent(some_text()))["usage"]["cost_usd"]
        body = sent(*(some_text() for _ in range(4)), max_cost_usd=1)
        batch = finish_batch(writer, body)

        assert batch["counts"]["succeeded"] == 4
        assert 0 < batch["usage"]["cost_usd"] < 8 * free < 1

    def test_no_more_is_spent_than_is_allowed_however_many_could_run(self, writer, model):
        limit = 0.006  # some two sections, were they to cost all that they can
        batch = finish_batch(writer, sent(*some_texts(12), max_cost_usd=limit))
        ended = Counter(
            section["error"]["code"] if section["error"] else section["status"]
            for section in sections_of(writer, batch["id"])
        )

        assert batch["usage"]["cost_usd"] <= limit
        assert ended.total() == 12
        assert ended["succeeded"] >= 1
        assert {*ended} <= {"succeeded", "BUDGET_EXCEEDED"}


class TestExpiry:
    def test_one_that_nobody_begins_in_time_costs_nothing(self, newcomer):
        batch_id = begin_batch(newcomer, sent(some_text(), expires_in=1))
        batch = ended_batch(newcomer, batch_id)

        BatchView.model_validate(batch)
        assert (batch["status"], batch["usage"]["cost_usd"]) == ("expired", 0)

    def test_one_that_begins_in_time_is_done(self, writer, model):
        batch = finish_batch(writer, sent(some_text(), expires_in=3600))

        assert batch["status"] == "succeeded"
