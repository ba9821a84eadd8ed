import pytest
import schemathesis

from tests.batch_client import BATCHES, ended_batch, sent, submit
from tests.model_server_scripts import known_words, refuse
from tests.stack_client import some_text

ONE = f"{BATCHES}/{{batch_id}}"
PAGE = {"Accept": "application/json"}


@pytest.fixture(scope="module")
def api(stack):
    return schemathesis.openapi.from_url(f"{stack.url}/api/v1/openapi.json")


@pytest.mark.parametrize("spoilt", ["nothing", "some", "all"])
def test_what_is_told_of_a_batch_is_as_described(writer, api, model, spoilt):
    bad = {"nothing": "-", "some": "refuse", "all": "big"}[spoilt]
    model.plan(lambda call: refuse() if bad in call.text else known_words(call))
    made = submit(writer, sent(some_text(), some_text("refuse big")))
    url = f"{BATCHES}/{made.json()['id']}"
    api[BATCHES]["POST"].validate_response(made)
    api[ONE]["GET"].validate_response(writer.http.get(url))
    ended_batch(writer, made.json()["id"])

    for tail in ("", "/sections", "/events"):
        answer = writer.http.get(url + tail, headers=PAGE)
        api[ONE + tail]["GET"].validate_response(answer)
    for tail in ("/cancel", "/retry"):
        api[ONE + tail]["POST"].validate_response(writer.http.post(url + tail))


def test_no_kind_of_job_is_described_that_nobody_is_shown(writer):
    described = writer.http.get("/api/v1/openapi.json").json()
    kinds = described["components"]["schemas"]["JobView"]["properties"]["kind"]["enum"]

    assert kinds == ["suggestion", "chat", "batch"]
