"""A request that comes again with its Idempotency-Key, when what it names is no longer there."""

import pytest

from tests.chat_client import CHAT, CONVERSATIONS, chat, some_question
from tests.model_server_scripts import talk

KEY, OTHER_KEY = {"Idempotency-Key": "k1"}, {"Idempotency-Key": "k2"}


@pytest.fixture
def job(writer, model):
    """Return the job of a conversation's first turn."""
    model.plan(lambda call: talk(call, "It is."))
    return chat(writer, some_question())


def assert_replayed(answer, first):
    assert answer.json()["id"] == first.json()["id"]
    assert answer.headers["Idempotent-Replayed"] == "true"


@pytest.fixture
def accept(writer):
    """Return a function that asks under the first key; what it began has ended with the test."""
    begun = []

    def ask(path, body=None):
        begun.append(writer.http.post(path, json=body, headers=KEY))
        return begun[-1]

    yield ask
    for answer in begun:  # the model numbers its answers in other tests: it is to be asked no more
        writer.ended(answer.json()["id"])


def test_a_question_in_a_conversation_that_was_deleted(writer, job, accept):
    path = f"{CONVERSATIONS}/{job['conversation_id']}"
    body = {"message": some_question(), "conversation_id": job["conversation_id"]}
    first = accept(CHAT, body)
    writer.http.delete(path)

    assert_replayed(writer.http.post(CHAT, json=body, headers=KEY), first)
    assert writer.http.post(CHAT, json=body, headers=OTHER_KEY).status_code == 404


def test_another_body_under_the_key_is_told_so_first(writer, job, accept):
    body = {"message": some_question(), "conversation_id": job["conversation_id"]}
    accept(CHAT, body)
    answer = writer.http.post(CHAT, json=body | {"conversation_id": "conv_x"}, headers=KEY)

    assert answer.json()["error"]["code"] == "IDEMPOTENCY_MISMATCH"


def test_another_answer_to_what_is_not_the_last_question_any_more(writer, job, accept):
    message_id = job["result"]["message"]["id"]
    path = f"{CONVERSATIONS}/{job['conversation_id']}/messages/{message_id}/regenerate"
    first = accept(path)
    chat(writer, some_question(), conversation_id=job["conversation_id"])

    assert_replayed(writer.http.post(path, headers=KEY), first)
    assert writer.http.post(path, headers=OTHER_KEY).status_code == 409
