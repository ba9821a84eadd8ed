from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.stack_client import order, some_text


class TestIdempotency:
    def test_the_same_key_and_body_is_the_same_job(self, writer, model):
        text = some_text()
        first = writer.submit(order(text), Idempotency_Key="k1")
        again = writer.submit(order(text), Idempotency_Key="k1")

        assert again.json()["id"] == first.json()["id"]
        assert again.headers["Idempotent-Replayed"] == "true"
        assert "Idempotent-Replayed" not in first.headers

    def test_another_body_is_refused(self, writer):
        writer.submit(order(some_text()), Idempotency_Key="k1")
        answer = writer.submit(order(some_text()), Idempotency_Key="k1")

        assert answer.status_code == 422
        assert answer.json()["error"]["code"] == "IDEMPOTENCY_MISMATCH"

    def test_a_key_belongs_to_its_caller(self, writer, other_writer):
        body = order(some_text())
        mine = writer.submit(body, Idempotency_Key="k1")
        theirs = other_writer.submit(body, Idempotency_Key="k1")

        assert mine.json()["id"] != theirs.json()["id"]

    def test_of_many_at_once_one_makes_the_job(self, writer):
        body = order(some_text())
        writer.http.get("/api/v1/limits")
        with ThreadPoolExecutor(20) as pool:
            asked = [pool.submit(writer.submit, body, Idempotency_Key="k1") for _ in range(20)]
        answers = [one.result() for one in asked]

        assert len({answer.json()["id"] for answer in answers}) == 1
        assert sum("Idempotent-Replayed" in answer.headers for answer in answers) == 19

    @pytest.mark.parametrize("key", ["", "k" * 256])
    def test_a_key_that_is_none_is_refused(self, writer, key):
        answer = writer.submit(order(some_text()), Idempotency_Key=key)

        assert answer.status_code == 400
        assert answer.json()["error"]["details"][0]["field"] == "Idempotency-Key"
