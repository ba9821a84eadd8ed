import pytest
from prometheus_client import CollectorRegistry, generate_latest

from shared.jobs.names import QueueName
from shared.jobs.records import Usage
from shared.metrics.bounds import OTHER, codes
from shared.metrics.recorder import CallEnd, Recorder
from tests.metrics_client import Metrics

MODEL = "gpt-4o-mini"


@pytest.fixture
def recorder():
    recorder = Recorder()
    recorder.know_models([MODEL])
    return recorder


def page(recorder):
    registry = CollectorRegistry()
    recorder.register(registry)
    return Metrics(generate_latest(registry).decode())


def call_of(model, **more):
    used = Usage(10, 4, 7, 0.25)
    return CallEnd(**{"model": model, "seconds": 1.0, "first_token_s": 0.5, "usage": used,
                      "outcome": "complete"} | more)  # fmt: skip


class TestLabels:
    def test_a_route_that_is_none_of_ours_is_unknown(self, recorder):
        for number in range(3):
            recorder.request_answered(None, f"M{number}", 404, 0.1)
        told = page(recorder)

        assert told.labels("copydesk_http_requests_total", "route") == {"unknown"}
        assert told.labels("copydesk_http_requests_total", "method") == {OTHER}

    def test_a_model_that_is_not_configured_is_another(self, recorder):
        for model in (MODEL, "made-up-1", "made-up-2"):
            recorder.call_ended(call_of(model))

        assert page(recorder).labels("copydesk_provider_seconds_count", "model") == {MODEL, OTHER}

    def test_whatever_is_in_no_list_is_another(self, recorder):
        recorder.decided("burned")
        recorder.work_ended("song", 1.0)
        recorder.work_claimed("nowhere", None)
        recorder.suggestions_dropped({"MOOD": 2})
        told = page(recorder)

        assert told("copydesk_suggestion_decisions_total", decision=OTHER) == 1
        assert told("copydesk_job_run_seconds_count", kind=OTHER) == 1
        assert told("copydesk_attempts_total", lane=OTHER) == 1
        assert told("copydesk_suggestions_dropped_total", reason=OTHER) == 2

    def test_lanes_are_those_of_the_workers(self, recorder):
        for queue in QueueName:
            recorder.work_claimed(queue, 1.0)

        lanes = page(recorder).labels("copydesk_job_wait_seconds_count", "lane")
        assert lanes == {"interactive", "bulk", "isolate"}


class TestCalls:
    def test_directions_add_up_to_what_was_used(self, recorder):
        recorder.call_ended(call_of(MODEL))
        told, name = page(recorder), "copydesk_provider_tokens_total"

        assert told(name, direction="input") == 6
        assert told(name, direction="cached") == 4
        assert told(name, direction="output") == 7
        assert told("copydesk_provider_cost_usd_total") == 0.25

    def test_one_without_a_word_or_a_price_has_neither(self, recorder):
        recorder.call_ended(
            call_of(MODEL, first_token_s=None, usage=Usage(cost_usd=None), outcome="stopped")
        )
        told = page(recorder)

        assert told("copydesk_first_token_seconds_count") == 0
        assert told("copydesk_provider_cost_usd_total") == 0
        assert told("copydesk_provider_seconds_count", outcome="stopped") == 1

    def test_a_failure_has_its_code(self, recorder):
        recorder.call_ended(call_of(MODEL, outcome="failed", code="PROVIDER_ERROR"))

        assert page(recorder)("copydesk_provider_errors_total", code="PROVIDER_ERROR") == 1


def test_codes_are_all_that_a_job_may_fail_with():
    assert {"PROVIDER_ERROR", "POISONED", "CONTENT_REFUSED", "PROCESSING_ERROR"} <= codes()


def test_a_verdict_that_says_nothing_of_the_cache_is_not_counted(recorder):
    for verdict in ("answered", "joined", "accepted", "replayed", "placeable"):
        recorder.cache_asked(verdict)

    assert page(recorder)("copydesk_cache_requests_total") == 3
