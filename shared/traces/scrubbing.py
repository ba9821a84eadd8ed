"""What may leave in a span: names, figures and ids that are listed here, and nothing else.

Libraries put into spans what they find: addresses with their queries, paths, the caller's browser,
the words of exceptions. What is not listed stays here, whatever a later version thinks of.
"""

import time
from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.trace import SpanContext, SpanKind, Status

_METHOD, _ROUTE = "http.request.method", "http.route"
# As libraries call it, and as OpenTelemetry does by now.
ALLOWED = {
    "http.method": _METHOD,
    "http.status_code": "http.response.status_code",
    "db.system": "db.system.name",
    "db.name": "db.namespace",
    "db.mongodb.collection": "db.collection.name",
    "net.peer.port": "server.port",
} | {
    name: name
    for name in (
        *(_METHOD, _ROUTE, "http.response.status_code", "error.type", "exception.type"),
        *("db.system.name", "db.namespace", "db.collection.name", "db.redis.pipeline_length"),
        *("server.address", "server.port"),
        *("messaging.system", "messaging.operation.type", "messaging.destination.name"),
        *("gen_ai.operation.name", "gen_ai.provider.name", "gen_ai.request.model"),
        *("gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens"),
        *("copydesk.job.id", "copydesk.job.kind", "copydesk.job.lane", "copydesk.job.queue"),
        *("copydesk.job.attempt", "copydesk.job.queue_wait_ms", "copydesk.admission.verdict"),
        *("copydesk.request_id", "copydesk.provider_request_id"),
    )
}
_TELL_EVERY_S = 60.0

log = structlog.get_logger(__name__)


class ScrubbingExporter(SpanExporter):
    """Hands on what may leave, and says once a minute that nobody takes it."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter
        self._told_at = float("-inf")
        self._lost = 0

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send the spans, or lose them: nothing waits for a collector."""
        result = self._exporter.export([scrubbed(span) for span in spans])
        if result is not SpanExportResult.SUCCESS:
            self._tell_of(len(spans))
        return result

    def shutdown(self) -> None:
        """Let go of the connection."""
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Nothing waits here."""
        return self._exporter.force_flush(timeout_millis)

    def _tell_of(self, lost: int) -> None:
        self._lost += lost
        if time.monotonic() - self._told_at >= _TELL_EVERY_S:
            log.warning("spans_lost", count=self._lost)
            self._told_at, self._lost = time.monotonic(), 0


def scrubbed(span: ReadableSpan) -> ReadableSpan:
    """Return the span with what may leave of it."""
    attributes = _allowed(span.attributes)
    return ReadableSpan(
        name=_name(span, attributes),
        context=_without_state(span.context),
        parent=_without_state(span.parent),
        resource=span.resource,
        attributes=attributes,
        events=[Event(e.name, _allowed(e.attributes), e.timestamp) for e in span.events],
        kind=span.kind,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def _allowed(attributes: Mapping[str, Any] | None) -> dict[str, Any]:
    given = attributes or {}
    return {ALLOWED[name]: value for name, value in given.items() if name in ALLOWED}


def _name(span: ReadableSpan, attributes: Mapping[str, Any]) -> str:
    """A request to no route would be called by its path."""
    if span.kind is not SpanKind.SERVER:
        return span.name
    return " ".join(str(attributes[each]) for each in (_METHOD, _ROUTE) if each in attributes)


def _without_state(context: SpanContext | None) -> SpanContext | None:
    """Return the ids alone: in `tracestate` a caller may write anything."""
    if context is None:
        return None
    return SpanContext(context.trace_id, context.span_id, context.is_remote, context.trace_flags)
