"""Shows a load as tables, in Markdown: it reads well in a terminal too."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from bench.editors.measure import FIRST_MS, GAP_MS, Loaded
from bench.editors.plan import Kind
from bench.figures import shown
from bench.machine import machine, versions
from bench.stack import SLOTS
from bench.texts import PIECES

_MIB = 1024 * 1024
_STATES = ("queued", "leased", "waiting")


def markdown(load: Loaded) -> str:
    """Return all that was seen."""
    call_s = (FIRST_MS + (PIECES - 1) * GAP_MS) / 1000
    opening = (
        f"Measured on {datetime.now(UTC):%Y-%m-%d}: {machine()}.\n{versions()}.\n\n"
        f"{load.plan.writers} writers came within {shown(load.plan.ramp_s)} s and stayed for "
        f"{shown(load.watch.took_s)} s; one web process, one worker of {SLOTS} slots. A call gave "
        f"its first token after {FIRST_MS} ms and took {shown(call_s)} s."
    )
    return "\n\n".join((opening, _kinds(load), _rates(load), _processes(load), verdict(load)))


def verdict(load: Loaded) -> str:
    """Return what became of the jobs, and what must not have been."""
    ends = ", ".join(f"{count} {status}" for status, count in sorted(load.told.ends.items()))
    faults = "\n".join(f"- {fault}" for fault in load.faults)
    return (
        f"Of {load.told.accepted:,} jobs that were accepted from the first writer to the last, "
        f"{sum(load.told.ends.values()):,} ended: {ends}. By the metrics {load.ended:,} ended.\n\n"
        f"Faults:\n\n{faults or '- none'}"
    )


def _kinds(load: Loaded) -> str:
    spans = [kind for kind in load.told.kinds if kind.is_span]
    requests = [kind for kind in load.told.kinds if not kind.is_span]
    rows = [_row(kind, load.watch.took_s) for kind in (*requests, *spans)]
    return _table(("what", "each second", "p50", "p95", "p99"), rows)


def _row(kind: Kind, took_s: float) -> tuple[str, ...]:
    quantiles = (f"{shown(each)} ms" for each in (kind.p50_ms, kind.p95_ms, kind.p99_ms))
    return (kind.name, shown(kind.count / took_s), *quantiles)


def _rates(load: Loaded) -> str:
    watch = load.watch
    jobs = max(1, watch.ended.total())
    redis_ms = watch.usage["redis"].cores * watch.took_s / jobs * 1000
    ended = ", ".join(f"{shown(n / watch.took_s)} {how}" for how, n in sorted(watch.ended.items()))
    rows = [
        ("requests each second", shown(load.told.requests / watch.took_s)),
        ("jobs that ended each second", shown(jobs / watch.took_s)),
        ("… of these", ended),
        ("Redis, time of its processor for each", f"{shown(redis_ms)} ms"),
        ("Redis, memory for each", f"{shown(watch.redis_bytes / 1024 / jobs)} KiB"),
        *((f"in the lane, {each}: mean, most", _depth(load, each)) for each in _STATES),
    ]
    return _table(("what", "how many"), rows)


def _depth(load: Loaded, state: str) -> str:
    return f"{shown(load.watch.depth.mean(state))}, {shown(load.watch.depth.most(state))}"


def _processes(load: Loaded) -> str:
    rows = [
        (name, shown(usage.cores), f"{usage.pss_bytes / _MIB:.0f} MiB")
        for name, usage in load.watch.usage.items()
    ]
    return _table(("process", "cores", "memory"), rows)


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = (headings, ["---"] * len(headings), *rows)
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
