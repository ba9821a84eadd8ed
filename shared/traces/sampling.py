"""Which traces are kept."""

from collections.abc import Sequence
from typing import Any

from opentelemetry.context import Context
from opentelemetry.sdk.trace.sampling import Decision, Sampler, SamplingResult, TraceIdRatioBased
from opentelemetry.trace import Link, SpanKind
from opentelemetry.util.types import Attributes

_BEGIN_A_TRACE = (SpanKind.SERVER, SpanKind.CONSUMER)


class Entries(Sampler):
    """A trace begins with a request or a job: not with a heartbeat's command to a store."""

    def __init__(self, ratio: float) -> None:
        self._ratio = TraceIdRatioBased(ratio)

    def should_sample(  # noqa: PLR0913, PLR0917  OpenTelemetry calls it so
        self,
        parent_context: Context | None,
        trace_id: int,
        name: str,
        kind: SpanKind | None = None,
        attributes: Attributes = None,
        links: Sequence[Link] | None = None,
        trace_state: Any = None,  # noqa: ARG002
    ) -> SamplingResult:
        """Decide by the trace's id, so that every process decides alike."""
        if kind not in _BEGIN_A_TRACE:
            return SamplingResult(Decision.DROP)
        return self._ratio.should_sample(parent_context, trace_id, name, kind, attributes, links)

    def get_description(self) -> str:
        """Return a name for it."""
        return f"Entries({self._ratio.get_description()})"
