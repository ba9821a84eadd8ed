"""A request for suggestions comes again with its key, when what it names is no longer there."""

import pytest

from tests.chat_client import CHAT, some_question
from tests.document_client import create, path, save
from tests.model_server_scripts import talk
from tests.stack_client import SUGGESTIONS, TEMPLATE, some_text

KEY, OTHER_KEY = {"Idempotency-Key": "k1"}, {"Idempotency-Key": "k2"}
TEMPLATES = "/api/v1/templates"


def assert_replayed(answer, first):
    assert answer.json()["id"] == first.json()["id"]
    assert answer.headers["Idempotent-Replayed"] == "true"


@pytest.fixture
def made(writer, model):
    return create(writer, some_text())


def test_a_template_that_was_deleted(writer, model):
    sent = {"name": "Mine", "instruction": "Make it shorter."}
    template = writer.http.post(TEMPLATES, json=sent).json()["id"]
    body = {"document": {"content": some_text()}, "prompt": {"type": "template", "id": template}}
    first = writer.http.post(SUGGESTIONS, json=body, headers=KEY)
    writer.http.delete(f"{TEMPLATES}/{template}")

    assert_replayed(writer.http.post(SUGGESTIONS, json=body, headers=KEY), first)
    assert writer.http.post(SUGGESTIONS, json=body, headers=OTHER_KEY).status_code == 400


def test_a_document_that_was_deleted(writer, made):
    body = {"document": {"id": made["id"]}, "prompt": TEMPLATE}
    first = writer.http.post(SUGGESTIONS, json=body, headers=KEY)
    writer.http.delete(path(made))

    assert_replayed(writer.http.post(SUGGESTIONS, json=body, headers=KEY), first)
    assert writer.http.post(SUGGESTIONS, json=body, headers=OTHER_KEY).status_code == 404


def test_a_selection_that_is_not_in_the_document_any_more(writer, made):
    selection = {"start": 0, "end": len(made["content"])}
    body = {"document": {"id": made["id"], "selection": selection}, "prompt": TEMPLATE}
    first = writer.http.post(SUGGESTIONS, json=body, headers=KEY)
    save(writer, made, "Short.")

    assert_replayed(writer.http.post(SUGGESTIONS, json=body, headers=KEY), first)
    answer = writer.http.post(SUGGESTIONS, json=body | {"max_suggestions": 3}, headers=KEY)
    assert answer.json()["error"]["code"] == "IDEMPOTENCY_MISMATCH"


def test_a_question_about_a_document_that_was_deleted(writer, model, made):
    model.plan(lambda call: talk(call, "It is."))
    body = {"message": some_question(), "document": {"id": made["id"]}}
    first = writer.http.post(CHAT, json=body, headers=KEY)
    writer.http.delete(path(made))

    assert_replayed(writer.http.post(CHAT, json=body, headers=KEY), first)
    assert writer.http.post(CHAT, json=body, headers=OTHER_KEY).status_code == 404
