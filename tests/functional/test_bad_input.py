import json

import pytest

from tests.stack import until
from tests.stack_client import SUGGESTIONS, TEMPLATE, order
from web.schemas.common import ErrorBody

LONGEST_BODY = 2 * 1024 * 1024
SMILE = "\U0001f600"


def document(content, **more):
    return order(content, document={"content": content} | more)


FAULTS = {
    "no text": (order(""), "document.content"),
    "white space": (order(" \n\t"), "document.content"),
    "25,001 words": (order("word " * 25_001), "document.content"),
    "NUL": (order("a\x00b"), "document.content"),
    "a text of another type": (order(7), "document.content"),
    "no document": ({"prompt": TEMPLATE}, "document"),
    "no prompt": ({"document": {"content": "A big plan."}}, "prompt"),
    "an unknown field": (order("A big plan.", surprise=1), "surprise"),
    "an unknown field within": (document("a", x=1), "document.x"),
    "an unknown format": (document("a", format="pdf"), "document.format"),
    "a selection out of range": (order("A big plan.", selection=(2, 500)), "document.selection"),
    "a reversed selection": (order("A big plan.", selection=(5, 2)), "document.selection"),
    "an empty selection": (order("A big plan.", selection=(2, 2)), "document.selection"),
    "a negative selection": (order("A big plan.", selection=(-1, 2)), "document.selection.start"),
    "half a surrogate pair": (order(f"A {SMILE} plan.", selection=(0, 3)), "document.selection"),
    "half an UTF-8 sequence": (
        order("caf\u00e9s", selection=(0, 4), offset_encoding="utf-8"),
        "document.selection",
    ),
    "a selection of another type": (
        order("A big plan.", selection=("0", "3")),
        "document.selection.start",
    ),
    "an unknown unit": (order("A big plan.", offset_encoding="utf-32"), "offset_encoding"),
    "no suggestions": (order("A big plan.", max_suggestions=0), "max_suggestions"),
    "too many suggestions": (order("A big plan.", max_suggestions=201), "max_suggestions"),
    "a number as text": (order("A big plan.", max_suggestions="20"), "max_suggestions"),
    "an unknown template": (order("A.", prompt={"type": "template", "id": "x"}), "prompt.id"),
    "a parameter that is not taken": (
        order("A.", prompt=TEMPLATE | {"parameters": {"x": 1}}),
        "prompt.parameters.x",
    ),
    "a template without id": (order("A.", prompt={"type": "template"}), "prompt"),
    "a custom prompt without text": (order("A.", prompt={"type": "custom"}), "prompt"),
    "an empty custom prompt": (order("A.", prompt={"type": "custom", "text": " "}), "prompt"),
    "a prompt of no known type": (order("A.", prompt={"type": "magic"}), "prompt.type"),
}
NOT_JSON = {
    "nothing": b"",
    "half a JSON": b'{"document": {"content": "a b',
    "a lone surrogate": rb'{"document": {"content": "a \ud83d b"}}',
    "another lone surrogate": rb'{"document": {"content": "a \ude00 b"}}',
    "no UTF-8": b'{"document": {"content": "\xff\xfe"}}',
    "a number": b"7",
    "a list": b"[]",
    "null": b"null",
    "a string": b'"text"',
    "NaN": b'{"document": NaN}',
    "a nest": b"[" * 100_000,
}


def told(answer):
    """Return the error of an answer that keeps to the envelope."""
    ErrorBody.model_validate(answer.json())
    error = answer.json()["error"]
    assert error["request_id"] == answer.headers["X-Request-Id"]
    return error


def post(writer, content, content_type="application/json"):
    return writer.http.post(SUGGESTIONS, content=content, headers={"Content-Type": content_type})


class TestBody:
    @pytest.mark.parametrize("fault", FAULTS)
    def test_it_names_the_field_at_fault(self, writer, fault):
        body, field = FAULTS[fault]
        answer = writer.submit(body)
        error = told(answer)

        assert (answer.status_code, error["code"]) == (400, "VALIDATION_ERROR")
        assert field in [detail["field"] for detail in error["details"]]
        assert all(detail["error"] for detail in error["details"])

    @pytest.mark.parametrize("fault", NOT_JSON)
    def test_what_is_no_json_object_is_refused(self, writer, fault):
        answer = post(writer, NOT_JSON[fault])

        assert (answer.status_code, told(answer)["code"]) == (400, "VALIDATION_ERROR")

    def test_all_faults_are_told_at_once(self, writer):
        body = {
            "document": {"content": "", "format": "pdf", "selection": {"start": -1}},
            "prompt": {"type": "magic"},
            "offset_encoding": "x",
            "surprise": 1,
        }
        fields = {detail["field"] for detail in told(writer.submit(body))["details"]}

        assert fields >= {
            *("document.content", "document.format", "document.selection.start"),
            *("document.selection.end", "prompt.type", "offset_encoding", "surprise"),
        }

    def test_no_fault_repeats_the_writers_words(self, writer):
        secret = "xyzzy-secret"
        body = {
            "document": {"content": f"{secret}\x00", "format": secret},
            "prompt": {"type": secret, "id": secret},
        }

        assert secret not in writer.submit(body).text

    def test_another_type_of_content_is_refused(self, writer):
        answer = post(writer, json.dumps(order("A big plan.")), "text/plain")

        assert answer.status_code == 415
        assert told(answer)["code"] == "UNSUPPORTED_MEDIA_TYPE"

    def test_25_000_words_are_taken(self, writer):
        assert writer.submit(order("word " * 25_000)).status_code == 202


class TestSize:
    @pytest.mark.parametrize("size", [LONGEST_BODY + 1, 10 * 1024 * 1024])
    def test_too_much_is_refused(self, writer, size):
        answer = post(writer, b" " * size)

        assert (answer.status_code, told(answer)["code"]) == (413, "PAYLOAD_TOO_LARGE")

    def test_too_much_in_pieces_is_refused(self, writer):
        pieces = (b" " * 65_536 for _ in range(LONGEST_BODY // 65_536 + 2))
        answer = post(writer, pieces)

        assert (answer.status_code, told(answer)["code"]) == (413, "PAYLOAD_TOO_LARGE")

    def test_two_megabytes_are_read(self, writer):
        body = json.dumps(order("A big plan."))

        assert post(writer, body + " " * (LONGEST_BODY - len(body))).status_code == 202


class TestRoute:
    @pytest.mark.parametrize("path", ["/api/v1/nowhere", "/api/nowhere", "/api/v2/jobs", "/api/"])
    @pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
    def test_an_unknown_one_is_told_in_the_envelope(self, writer, method, path):
        answer = writer.http.request(method, path)

        assert (answer.status_code, told(answer)["code"]) == (404, "NOT_FOUND")

    @pytest.mark.parametrize(
        ("method", "path"),
        [
            *(("GET", SUGGESTIONS), ("DELETE", "/api/v1/templates"), ("PUT", "/api/v1/jobs/x")),
            *(("GET", "/api/v1/jobs/x/cancel"), ("POST", "/api/health")),
        ],
    )
    def test_a_wrong_method_is_told_in_the_envelope(self, writer, method, path):
        answer = writer.http.request(method, path)

        assert (answer.status_code, told(answer)["code"]) == (405, "METHOD_NOT_ALLOWED")
        assert answer.headers["Allow"]


class TestRequestId:
    def test_a_well_formed_one_is_echoed(self, writer, stack):
        answer = writer.http.get("/api/v1/limits", headers={"X-Request-Id": "mine-4711.a_b"})

        assert answer.headers["X-Request-Id"] == "mine-4711.a_b"

    @pytest.mark.parametrize("given", ["", "two words", "x" * 129, "<script>", "a;b"])
    def test_another_one_is_replaced(self, writer, given):
        answer = writer.http.get("/api/v1/limits", headers={"X-Request-Id": given})

        assert answer.headers["X-Request-Id"] not in ("", given)

    def test_it_stands_in_the_logs_of_both_tiers(self, writer, stack):
        job_id = writer.begin(order("A big plan."), X_Request_Id="follow-me-17")
        writer.ended(job_id)
        logs = [stack.processes[name].log for name in ("web", "interactive")]

        # The worker's line comes after the end of the job, which is what ended the wait.
        until(
            lambda: all("follow-me-17" in log.read_text() for log in logs),
            lambda: "the request id is not in both logs",
        )
