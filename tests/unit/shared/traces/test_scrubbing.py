import pytest
from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.sdk.trace.export import SpanExportResult
from opentelemetry.trace import SpanContext, SpanKind, Status, StatusCode, TraceFlags, TraceState
from structlog.testing import capture_logs

from shared.traces.scrubbing import ScrubbingExporter, scrubbed

MARK = "xyzzy"


def a_span(name="evalsha", kind=SpanKind.CLIENT, events=(), status=None, **attributes):
    """Return a span as a library might make it."""
    state = TraceState([("vendor", MARK)])
    return ReadableSpan(
        name=name,
        kind=kind,
        context=SpanContext(1, 2, False, TraceFlags(1), state),
        parent=SpanContext(1, 3, True, TraceFlags(1), state),
        attributes={key.replace("__", "."): value for key, value in attributes.items()},
        events=events,
        status=status or Status(StatusCode.UNSET),
    )


class TestScrubbed:
    def test_it_keeps_what_is_listed_under_the_names_of_today(self):
        left = scrubbed(a_span(http__method="GET", http__route="/x", http__status_code=200))

        assert left.attributes == {
            "http.request.method": "GET",
            "http.route": "/x",
            "http.response.status_code": 200,
        }

    def test_it_keeps_nothing_else(self):
        left = scrubbed(a_span(http__target=MARK, url__query=MARK, db__statement=MARK))

        assert not left.attributes

    def test_an_exception_is_its_type(self):
        told = {"exception.type": "ValueError", "exception.message": MARK}
        broke = Status(StatusCode.ERROR, f"ValueError: {MARK}")
        left = scrubbed(a_span(events=[Event("exception", told)], status=broke))

        assert dict(left.events[0].attributes) == {"exception.type": "ValueError"}
        assert (left.status.status_code, left.status.description) == (StatusCode.ERROR, None)

    @pytest.mark.parametrize(
        ("attributes", "name"),
        [
            ({"http__method": "GET"}, "GET"),
            ({"http__method": "GET", "http__route": "/x"}, "GET /x"),
        ],
    )
    def test_a_request_is_called_by_its_route(self, attributes, name):
        left = scrubbed(a_span(f"GET /{MARK}", SpanKind.SERVER, **attributes))

        assert left.name == name

    def test_a_callers_state_stays_here(self):
        left = scrubbed(a_span())

        assert (left.context.span_id, left.parent.span_id) == (2, 3)
        assert not left.context.trace_state
        assert not left.parent.trace_state


class Collector:
    """Takes spans, or does not."""

    def __init__(self, result):
        self.result = result

    def export(self, _spans):
        return self.result


class TestScrubbingExporter:
    def test_a_collector_that_is_away_is_told_of_once(self):
        exporter = ScrubbingExporter(Collector(SpanExportResult.FAILURE))
        with capture_logs() as lines:
            results = [exporter.export([a_span()] * 3) for _ in range(5)]

        assert set(results) == {SpanExportResult.FAILURE}
        assert [(line["event"], line["count"]) for line in lines] == [("spans_lost", 3)]

    def test_one_that_is_there_is_no_matter(self):
        with capture_logs() as lines:
            ScrubbingExporter(Collector(SpanExportResult.SUCCESS)).export([a_span()])

        assert lines == []
