"""Where spans begin. Without a collector in the settings, nothing that makes them is loaded."""

import atexit
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from shared.settings import Settings
from shared.traces.spans import NO_SPAN, Attributes, Kind, Span, Tracer

# Named, not imported: it is slow to load, which whoever has no collector does not wait for. (Of the
# SDK, redis-py loads what makes metrics.)
_SDK_MODULE = "shared.traces.telemetry"


class Tracing:
    """The spans of this process; all of its methods do nothing until it is started."""

    def __init__(self) -> None:
        self._tracer: Tracer | None = None

    def start(self, settings: Settings, service: str) -> None:
        """Send spans under this name, if there is a collector; after any fork, before any client.

        Libraries tell of the calls of clients that were made after this.
        """
        if settings.otel_exporter_otlp_endpoint is None or self._tracer is not None:
            return
        self._tracer = import_module(_SDK_MODULE).open_tracer(settings, service)
        atexit.register(self.stop)

    def watch(self, app: Any) -> None:
        """Make a span of each request that this Flask app answers."""
        if self._tracer:
            self._tracer.watch(app)

    @contextmanager
    def span(
        self, name: str, kind: Kind, attributes: Attributes, *, parent: str = ""
    ) -> Iterator[Span]:
        """Give a span that all others of this thread are part of meanwhile.

        It is part of `parent`, a traceparent, or else of the current span.
        """
        if self._tracer is None:
            yield NO_SPAN
            return
        with self._tracer.span(name, kind, parent, attributes) as span:
            yield span

    def begin(self, name: str, kind: Kind, attributes: Attributes) -> Span:
        """Return a part of the current span; whoever began it ends it."""
        return self._tracer.begin(name, kind, attributes) if self._tracer else NO_SPAN

    @property
    def current(self) -> Span:
        """The span that others are part of now."""
        return self._tracer.current() if self._tracer else NO_SPAN

    def stop(self) -> None:
        """Send what is left, within a bound; there are no spans after that."""
        tracer, self._tracer = self._tracer, None
        if tracer:
            tracer.stop()


tracing = Tracing()
