"""Spans as OpenTelemetry makes and sends them. Only this drawer knows that library."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.flask import FlaskInstrumentor
from opentelemetry.instrumentation.pymongo import PymongoInstrumentor
from opentelemetry.instrumentation.redis import RedisInstrumentor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ParentBased
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from shared.settings import Settings
from shared.traces.sampling import Entries
from shared.traces.scrubbing import ScrubbingExporter
from shared.traces.spans import Attributes, Kind, Span
from shared.version import VERSION

_EXPORT_TIMEOUT_S = 5.0
_SEND_EVERY_MS = 1000
_LAST_WORD_MS = 2000  # a process that ends waits no longer for its collector
_UNTOLD_ROUTES = "/api/health,/metrics"  # asked by machines, every few seconds
_KINDS = {kind: trace.SpanKind[kind.name] for kind in Kind}
_CONTEXT = TraceContextTextMapPropagator()


class TelemetrySpan:
    """One span of OpenTelemetry."""

    def __init__(self, span: trace.Span) -> None:
        self._span = span

    @property
    def traceparent(self) -> str:
        """What whoever goes on with the trace has to be told; empty where there is none."""
        its = self._span.get_span_context()
        if not its.is_valid:
            return ""
        return f"00-{its.trace_id:032x}-{its.span_id:016x}-{int(its.trace_flags):02x}"

    def note(self, attributes: Attributes) -> None:
        """Add what is known by now."""
        self._span.set_attributes(dict(attributes))

    def happened(self, name: str) -> None:
        """Mark this moment."""
        self._span.add_event(name)

    def failed(self, kind: str) -> None:
        """Mark it as failed, with a code or a type."""
        self._span.set_attribute("error.type", kind)
        self._span.set_status(trace.StatusCode.ERROR)

    def end(self) -> None:
        """Say that it is over."""
        self._span.end()


class TelemetryTracer:
    """Makes spans and sends them in batches, from a thread of its own."""

    def __init__(self, provider: TracerProvider) -> None:
        self._provider = provider
        self._tracer = provider.get_tracer("copydesk", VERSION)

    @contextmanager
    def span(self, name: str, kind: Kind, parent: str, attributes: Attributes) -> Iterator[Span]:
        """Give a span that all others of this thread are part of meanwhile."""
        with self._tracer.start_as_current_span(
            name,
            _context(parent),
            _KINDS[kind],
            attributes=dict(attributes),
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            told = TelemetrySpan(span)
            try:
                yield told
            except Exception as error:
                told.failed(type(error).__name__)
                raise

    def begin(self, name: str, kind: Kind, attributes: Attributes) -> Span:
        """Return a part of the current span; whoever began it ends it."""
        span = self._tracer.start_span(name, kind=_KINDS[kind], attributes=dict(attributes))
        return TelemetrySpan(span)

    def current(self) -> Span:
        """Return the span that others are part of now."""
        return TelemetrySpan(trace.get_current_span())

    def watch(self, app: Any) -> None:
        """Make a span of each request that this Flask app answers."""
        instrument: Any = FlaskInstrumentor.instrument_app
        instrument(
            app,
            tracer_provider=self._provider,
            excluded_urls=_UNTOLD_ROUTES,
            enable_commenter=False,
        )

    def stop(self) -> None:
        """Send what is left, within a bound."""
        self._provider.shutdown()


class _Sender(BatchSpanProcessor):
    """Spans wait for the collector, and no longer than that for a process that ends."""

    def shutdown(self) -> None:
        # The method of the public class waits for half a minute.
        self._batch_processor.shutdown(timeout_millis=_LAST_WORD_MS)


def open_tracer(settings: Settings, service: str) -> TelemetryTracer:
    """Return what makes spans, and have the clients of both stores tell of their commands."""
    # It tells of each batch that it cannot send, and of addresses; ScrubbingExporter tells of them
    # once a minute.
    logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)
    exporter = OTLPSpanExporter(
        endpoint=f"{str(settings.otel_exporter_otlp_endpoint).rstrip('/')}/v1/traces",
        headers=settings.otlp_headers,
        timeout=_EXPORT_TIMEOUT_S,
        compression=Compression.Gzip,
    )
    names = {
        "service.name": service,
        "service.version": VERSION,
        "deployment.environment.name": settings.environment.value,
    }
    provider = TracerProvider(
        sampler=ParentBased(Entries(settings.otel_traces_sampler_arg)),
        resource=Resource.create(names),
        shutdown_on_exit=False,
    )
    provider.add_span_processor(
        _Sender(ScrubbingExporter(exporter), schedule_delay_millis=_SEND_EVERY_MS)
    )
    RedisInstrumentor().instrument(tracer_provider=provider)
    PymongoInstrumentor().instrument(tracer_provider=provider)
    return TelemetryTracer(provider)


def _context(parent: str) -> Context | None:
    return _CONTEXT.extract({"traceparent": parent}) if parent else None
