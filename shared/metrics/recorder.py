"""Counts what happens in this process. Counting never fails what it counts."""

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from shared.jobs.records import Usage
from shared.metrics import definitions as d
from shared.metrics.bounds import (
    DECISIONS,
    KINDS,
    METHODS,
    REASONS,
    RESULTS,
    UNKNOWN_ROUTE,
    among,
    lane_of,
)
from shared.metrics.definitions import RECORDED, Definition, Type


@dataclass(frozen=True)
class CallEnd:
    """A call to the model that is over: complete, failed with a code, or stopped."""

    model: str
    seconds: float
    first_token_s: float | None
    usage: Usage
    outcome: str
    code: str | None = None


class Recorder:
    """All that this process counts; nothing is made before the first count."""

    def __init__(self) -> None:
        self._models: frozenset[str] = frozenset()
        self._made: dict[str, Any] = {}
        self._lock = threading.Lock()

    def know_models(self, models: Iterable[str]) -> None:
        """Name the models that may be labels."""
        self._models = frozenset(models)

    def register(self, registry: CollectorRegistry) -> None:
        """Show what this process alone has counted."""
        for one in RECORDED:
            registry.register(self._meter(one))

    def request_answered(self, route: str | None, method: str, status: int, seconds: float) -> None:
        """Count a request, by the pattern of its route."""
        labels = (route or UNKNOWN_ROUTE, among(method, METHODS))
        self._meter(d.HTTP_REQUESTS).labels(*labels, str(status)).inc()
        self._meter(d.HTTP_SECONDS).labels(*labels).observe(seconds)

    def stream_opened(self) -> None:
        """Count a stream that is being sent."""
        self._meter(d.STREAMS_OPEN).inc()

    def stream_closed(self) -> None:
        """Count it no more."""
        self._meter(d.STREAMS_OPEN).dec()

    def cache_asked(self, verdict: str) -> None:
        """Count what admission found for a submission that could be answered without new work."""
        if verdict in RESULTS:
            self._meter(d.CACHE_REQUESTS).labels(RESULTS[verdict]).inc()

    def decided(self, decision: str, count: int = 1) -> None:
        """Count what a writer decided about suggestions."""
        self._meter(d.DECISIONS).labels(among(decision, DECISIONS)).inc(count)

    def work_claimed(self, queue: str, waited_s: float | None) -> None:
        """Count an attempt; the first one tells how long the work had waited."""
        lane = lane_of(queue)
        self._meter(d.ATTEMPTS).labels(lane).inc()
        if waited_s is not None:
            self._meter(d.JOB_WAIT).labels(lane).observe(waited_s)

    def work_ended(self, kind: str, seconds: float) -> None:
        """Count how long the last attempt took."""
        self._meter(d.JOB_RUN).labels(among(kind, KINDS)).observe(seconds)

    def work_taken_over(self, queue: str) -> None:
        """Count work that was queued here because its worker was lost."""
        self._meter(d.TAKEOVERS).labels(lane_of(queue)).inc()

    def suggestions_dropped(self, counts: Mapping[str, int]) -> None:
        """Count the edits of finished work that were not placed."""
        for reason, count in counts.items():
            self._meter(d.DROPPED).labels(among(reason, REASONS)).inc(count)

    def call_ended(self, call: CallEnd) -> None:
        """Count a call to the model, and what it used."""
        model, used = among(call.model, self._models), call.usage
        self._meter(d.PROVIDER_SECONDS).labels(model, call.outcome).observe(call.seconds)
        if call.first_token_s is not None:
            self._meter(d.FIRST_TOKEN).labels(model).observe(call.first_token_s)
        if call.code:
            self._meter(d.PROVIDER_ERRORS).labels(model, call.code).inc()
        tokens = self._meter(d.PROVIDER_TOKENS)
        tokens.labels(model, "input").inc(max(0, used.input_tokens - used.cached_tokens))
        tokens.labels(model, "cached").inc(used.cached_tokens)
        tokens.labels(model, "output").inc(used.output_tokens)
        if used.cost_usd:
            self._meter(d.PROVIDER_COST).labels(model).inc(used.cost_usd)

    def _meter(self, one: Definition) -> Any:
        meter = self._made.get(one.name)
        if meter is None:
            with self._lock:
                meter = self._made.get(one.name) or _make(one)
                self._made[one.name] = meter
        return meter


def _make(one: Definition) -> Counter | Gauge | Histogram:
    if one.type is Type.HISTOGRAM:
        return Histogram(one.name, one.told, one.labels, registry=None, buckets=one.buckets)
    if one.type is Type.COUNTER:
        return Counter(one.name, one.told, one.labels, registry=None)
    return Gauge(one.name, one.told, one.labels, registry=None, multiprocess_mode="livesum")


recorder = Recorder()
