"""A collector of traces, for tests: takes OTLP over HTTP and gives spans back as plain values."""

import gzip
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

_PATH = "/v1/traces"


@dataclass(frozen=True)
class SentSpan:
    """One span as it came over the wire."""

    name: str
    service: str
    trace_id: str
    id: str
    parent_id: str
    is_error: bool
    attributes: dict[str, Any]
    events: list[tuple[str, dict[str, Any]]]


class OtlpCollector:
    """Listens on a free loopback port, and keeps the bytes as well as the spans."""

    def __init__(self) -> None:
        self.spans: list[SentSpan] = []
        self.bodies: list[bytes] = []
        self.headers: list[dict[str, str]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_for(self))
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self.endpoint = f"http://127.0.0.1:{self._server.server_address[1]}"

    def take(self, body: bytes, headers: dict[str, str]) -> None:
        self.bodies.append(body)
        self.headers.append(headers)
        for sent in ExportTraceServiceRequest.FromString(body).resource_spans:
            service = _plain(sent.resource.attributes)["service.name"]
            self.spans += [_span(s, service) for each in sent.scope_spans for s in each.spans]

    def of_trace(self, trace_id: str) -> list[SentSpan]:
        """Return the spans of this trace that have come so far."""
        return [span for span in self.spans if span.trace_id == trace_id]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join(10)
        self._server.server_close()


def _handler_for(collector: OtlpCollector) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers["Content-Encoding"] == "gzip":
                body = gzip.decompress(body)
            collector.take(body, {k.lower(): v for k, v in self.headers.items()})
            self.send_response(200 if self.path == _PATH else 404)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nobody wants to read it."""

    return Handler


def _span(sent: Any, service: str) -> SentSpan:
    return SentSpan(
        name=sent.name,
        service=service,
        trace_id=sent.trace_id.hex(),
        id=sent.span_id.hex(),
        parent_id=sent.parent_span_id.hex(),
        is_error=sent.status.code == sent.status.STATUS_CODE_ERROR,
        attributes=_plain(sent.attributes),
        events=[(event.name, _plain(event.attributes)) for event in sent.events],
    )


def _plain(attributes: Any) -> dict[str, Any]:
    return {each.key: getattr(each.value, each.value.WhichOneof("value")) for each in attributes}
