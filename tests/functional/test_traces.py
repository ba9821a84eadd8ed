"""One trace from the browser's request to the model's server."""

import pytest

from tests.functional.conftest import API_KEY
from tests.model_server_scripts import answer, known_words
from tests.otlp_collector import OtlpCollector
from tests.stack import OwnRedis, until
from tests.stack_client import Writer, order, some_text

TRACE, BROWSER = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
TRACEPARENT = f"00-{TRACE}-{BROWSER}-01"


@pytest.fixture(scope="module")
def collector():
    with OtlpCollector() as one:
        yield one


@pytest.fixture(scope="module")
def traced(new_stack, house, collector):
    """Return a stack that tells a collector of all it does."""
    settings = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": collector.endpoint,
        "OTEL_EXPORTER_OTLP_HEADERS": "Authorization=Bearer of-the-collector",
    }
    with OwnRedis(house / "traced-redis") as redis, new_stack("traced", redis, **settings) as own:
        yield own.start("web", "interactive", "sweeper").wait_until_ready()


def spans_of(collector, trace_id, name):
    """Return the spans of this name once there are any."""
    return until(
        lambda: [s for s in collector.of_trace(trace_id) if s.name == name],
        lambda: [span.name for span in collector.of_trace(trace_id)],
    )


@pytest.fixture(scope="module")
def one_trace(traced, collector, model_server):
    """Have one job done under a browser's trace; return its spans by name, and its job."""
    model_server.reset()
    with Writer(traced.url, traceparent=TRACEPARENT) as writer:
        text = some_text()
        job = writer.finish(order(text))
    spans = {n: spans_of(collector, TRACE, n)[0] for n in NAMES}
    return spans, job, model_server.calls_about(text)[0]


NAMES = ("POST /api/v1/suggestions", "admit", "publish interactive", "suggestion job")
NAMES += ("chat gpt-4o-mini", "EVALSHA")


class TestOneTrace:
    def test_each_part_is_inside_the_one_that_asked_for_it(self, one_trace):
        spans, _, call = one_trace
        request, job, asked = (spans[name] for name in (NAMES[0], NAMES[3], NAMES[4]))

        assert request.parent_id == BROWSER
        assert {spans[n].parent_id for n in ("admit", NAMES[2])} == {request.id}
        assert (job.parent_id, asked.parent_id) == (request.id, job.id)
        assert call.headers["traceparent"] == f"00-{TRACE}-{asked.id}-01"

    def test_it_says_which_process_did_what(self, one_trace):
        spans, _, _ = one_trace

        assert spans[NAMES[0]].service == "copydesk-web"
        assert {spans[n].service for n in NAMES[3:5]} == {"copydesk-worker"}

    def test_the_jobs_span_says_what_it_is_about(self, one_trace):
        spans, job, _ = one_trace
        told = spans["suggestion job"].attributes

        assert told["copydesk.job.id"] == job["id"]
        assert (told["copydesk.job.kind"], told["copydesk.job.lane"]) == (
            "suggestion",
            "interactive",
        )
        assert told["copydesk.job.attempt"] == 1
        assert told["copydesk.job.queue_wait_ms"] >= 0

    def test_the_call_says_what_it_used_and_when_it_began_to_speak(self, one_trace):
        spans, job, _ = one_trace
        told = spans["chat gpt-4o-mini"].attributes

        assert told["gen_ai.request.model"] == "gpt-4o-mini"
        assert told["gen_ai.usage.input_tokens"] == job["usage"]["input_tokens"]
        assert told["gen_ai.usage.output_tokens"] == job["usage"]["output_tokens"]
        assert told["server.address"] == "127.0.0.1"
        assert [name for name, _ in spans["chat gpt-4o-mini"].events] == ["first_token"]

    def test_the_collector_gets_its_header(self, one_trace, collector):
        assert collector.headers[0]["authorization"] == "Bearer of-the-collector"


def test_a_heartbeat_begins_no_trace(one_trace, collector):
    entries = {span.name for span in collector.spans if not span.parent_id}

    assert all(" " in name for name in entries), entries  # a request or a job, and no command


def test_a_failure_shows_its_code(traced, collector, model_server):
    trace = "5" * 32
    model_server.plan(lambda call: answer(401, headers={"x-request-id": "req-of-the-model"}))
    with Writer(traced.url, traceparent=f"00-{trace}-{BROWSER}-01") as writer:
        writer.finish(order(some_text()))
    model_server.reset()
    (asked,) = spans_of(collector, trace, "chat gpt-4o-mini")
    (job,) = spans_of(collector, trace, "suggestion job")

    assert asked.is_error
    assert job.is_error
    assert job.attributes["error.type"] == "PROVIDER_ERROR"
    assert asked.attributes["copydesk.provider_request_id"] == "req-of-the-model"


@pytest.mark.deep
def test_a_job_that_another_worker_takes_over_stays_in_its_trace(traced, collector, model_server):
    trace = "6" * 32
    with Writer(traced.url, traceparent=f"00-{trace}-{BROWSER}-01") as writer:
        job_id, hold = writer.begin_held(model_server, some_text())
        traced.processes.pop("interactive").kill()
        model_server.plan(known_words)
        traced.start("interactive").wait_until_ready()
        job = writer.ended(job_id)
        hold.set()
    (again,) = spans_of(collector, trace, "suggestion job")
    (request,) = spans_of(collector, trace, "POST /api/v1/suggestions")

    assert job["status"] == "succeeded"
    assert again.attributes["copydesk.job.attempt"] == 2
    assert again.parent_id == request.id


def test_who_wants_no_trace_has_none(traced, collector):
    trace = "7" * 32
    with Writer(traced.url, traceparent=f"00-{trace}-{BROWSER}-00") as writer:
        writer.finish(order(some_text()))
        writer.finish(order(some_text()), traceparent=f"00-{'8' * 32}-{BROWSER}-01")
    spans_of(collector, "8" * 32, "suggestion job")

    assert collector.of_trace(trace) == []


def test_no_key_and_no_raw_address_is_sent(one_trace, collector):
    sent = b"\n".join(collector.bodies)

    assert API_KEY.encode() not in sent
    assert b"http.target" not in sent
    assert b"user_agent" not in sent
