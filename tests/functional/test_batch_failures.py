import threading

import pytest

from tests.batch_client import (
    BAD,
    asked,
    begin_batch,
    ended_batch,
    events_of,
    finish_batch,
    mixed,
    post,
    refuse_some,
    sections_of,
    sent,
    show,
    statuses,
    submit,
)
from tests.document_client import fault
from tests.model_server_scripts import known_words, refuse
from tests.stack import until
from tests.stack_client import some_text
from web.schemas.batches import BatchView


@pytest.fixture
def picky(model):
    """Let the model refuse some sections and do the others."""
    model.plan(refuse_some)
    return model


class TestOnError:
    def test_the_others_go_on_and_the_batch_is_partial(self, writer, picky):
        batch = finish_batch(writer, mixed())

        BatchView.model_validate(batch)
        assert (batch["status"], batch["outcome"]) == ("succeeded", "partial")
        assert statuses(writer, batch["id"]) == ["succeeded", "failed", "succeeded"]
        assert (batch["counts"]["succeeded"], batch["counts"]["failed"]) == (2, 1)
        assert len(batch["result"]["suggestions"]) == 2

    def test_where_none_succeeds_the_batch_has_failed(self, writer, picky):
        batch = finish_batch(writer, sent(*(some_text(BAD) for _ in range(2))))

        BatchView.model_validate(batch)
        assert (batch["status"], batch["result"]) == ("failed", None)
        assert batch["error"]["code"]
        assert statuses(writer, batch["id"]) == ["failed"] * 2

    def test_it_may_stop_at_the_first(self, writer, model):
        hold = threading.Event()
        body = mixed(on_error="stop")
        model.plan(lambda call: refuse() if BAD in call.text else known_words(call, hold=hold))
        batch = finish_batch(writer, body)
        calls = [call for one in body["sections"] for call in model.calls_about(one["content"])]

        assert batch["status"] == "failed"
        assert statuses(writer, batch["id"]) == ["cancelled", "failed", "cancelled"]
        until(lambda: all(c.hung_up or c.answered_at for c in calls), lambda: "a call goes on")


class TestCancel:
    def test_what_is_done_stays(self, writer, model):
        hold, body = threading.Event(), sent(*(some_text() for _ in range(3)))
        last = body["sections"][2]["content"]
        model.plan(lambda call: known_words(call, hold=hold if call.text in last else None))
        batch_id = begin_batch(writer, body)
        until(lambda: show(writer, batch_id)["counts"]["succeeded"] == 2, lambda: "not two")
        until(lambda: model.calls_about(last), lambda: "the last was never asked about")
        answer = post(writer, batch_id, "cancel")
        batch = ended_batch(writer, batch_id)
        sections = sections_of(writer, batch_id)

        assert answer.status_code in (200, 202)
        assert batch["status"] == "cancelled"
        assert [one["status"] for one in sections] == ["succeeded", "succeeded", "cancelled"]
        assert [len(one["suggestions"]) for one in sections] == [1, 1, 0]
        assert events_of(writer, batch_id)[-1].name == "job.cancelled"
        until(lambda: model.calls_about(last)[0].hung_up, lambda: "the call goes on")

    def test_of_those_that_share_the_work_only_one_is_cancelled(self, writer, model):
        hold, body = threading.Event(), sent(some_text(), some_text())
        last = body["sections"][1]["content"]
        model.plan(lambda call: known_words(call, hold=hold if call.text in last else None))
        leader, follower = (begin_batch(writer, body) for _ in range(2))
        until(lambda: show(writer, leader)["counts"]["succeeded"] == 1, lambda: "none succeeded")
        post(writer, leader, "cancel")
        before = show(writer, leader), sections_of(writer, leader)
        hold.set()

        assert ended_batch(writer, follower)["counts"]["succeeded"] == 2
        assert (show(writer, leader), sections_of(writer, leader)) == before
        assert (
            before[0]["counts"] | {"total": 2, "succeeded": 1, "cancelled": 1}
            == before[0]["counts"]
        )
        assert [len(one["suggestions"]) for one in before[1]] == [1, 0]
        assert sum(asked(model, body)) == 2

    def test_to_ask_again_does_no_harm(self, writer, picky):
        batch_id = finish_batch(writer, mixed())["id"]
        answer = post(writer, batch_id, "cancel")

        assert (answer.status_code, answer.json()["status"]) == (200, "succeeded")

    def test_a_newer_one_supersedes_the_older(self, writer, model):
        hold = threading.Event()
        model.plan(lambda call: known_words(call, hold=hold))
        body = sent(some_text(), supersede_key="chapter-1")
        older = begin_batch(writer, body)
        until(lambda: sum(asked(model, body)), lambda: "never asked about")
        model.plan(known_words)
        newer = begin_batch(writer, sent(some_text(), supersede_key="chapter-1"))

        assert ended_batch(writer, older)["status"] == "superseded"
        assert ended_batch(writer, newer)["status"] == "succeeded"
        assert model.calls_about(body["sections"][0]["content"])[0].answered_at is None


class TestAccepted:
    def test_all_faults_are_told_at_once(self, writer):
        sections = [{"custom_id": "", "content": ""}, *[{"custom_id": "a", "content": "b"}] * 2]
        body = {"sections": sections, "prompt": {"type": "magic"}}
        answer = submit(writer, body | {"max_cost_usd": 0, "document": {}})
        told = {one["field"] for one in answer.json()["error"]["details"]}

        assert fault(answer) == (400, "VALIDATION_ERROR")
        assert told == {
            *("sections.0.custom_id", "sections.0.content", "prompt.type", "max_cost_usd"),
            *("document.content", "sections", "sections.2.custom_id"),
        }
