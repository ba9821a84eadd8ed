"""`python -m bench.scaling [--write]`: what ten thousand writers need, from what was measured.

`--write` puts the table into `docs/scaling.md`; a test holds the page against this.
"""

import math
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from bench import report
from bench.stack import ROOT
from shared.domain.prices import cost_usd

PAGE = ROOT / "docs" / "scaling.md"
_KIB_PER_GIB = 1024**2


@dataclass(frozen=True)
class Writers:
    """Who comes. These are guesses: put your own here."""

    count: int = 10_000
    submits_per_minute: float = 2  # an editor asks when its writer pauses
    reads_per_minute: float = 4  # limits, lists, saves, polls
    known: float = 0.2  # of the submits: answered from the cache, or joined
    superseded: float = 0.3  # of the others: the writer types on before the answer is there
    call_s: float = 2.0
    superseded_call_s: float = 1.0  # how far such a call comes
    busy_hours: float = 8  # of a day; the rest of it is quiet
    model: str = "gpt-4o-mini"
    input_tokens: int = 640  # a text of 100 words, its instruction and the form of the reply
    output_tokens: int = 170


@dataclass(frozen=True)
class Costs:
    """What one process does, as `docs/performance.md` has it, and how full it may be."""

    worker_jobs_per_s: float = 42.4  # of one process that has a core
    slots: int = 50  # of one process
    web_accept_ms: float = 1.57
    web_known_ms: float = 1.29
    web_read_ms: float = 1.5
    web_stream_ms: float = 5.0  # to open it, and to write some eight events
    web_stream_kib: float = 79  # 77 MiB for a thousand
    redis_ms_per_job: float = 4.7  # from admission to the last event, with all that readers ask
    redis_kib_per_job: float = 11  # with a text of 1 kB, its events and its result
    full: float = 0.6  # what is more is left for bursts, and for those that take a dead one's work


@dataclass(frozen=True)
class Line:
    """One step: what is reckoned, how, and what comes out."""

    what: str
    how: str
    result: str


def steps(writers: Writers, costs: Costs) -> Iterator[Line]:
    """Yield the arithmetic, one step after the other."""
    submits = writers.count * writers.submits_per_minute / 60
    known = submits * writers.known
    new = submits - known
    superseded = new * writers.superseded
    done = new - superseded
    yield Line(
        "submits", f"{writers.count:,} * {writers.submits_per_minute:g} / 60", _per_s(submits)
    )
    yield Line("… known already", f"{submits:.0f} * {writers.known:g}", _per_s(known))
    yield Line("… new work", f"{submits:.0f} - {known:.0f}", _per_s(new))
    yield Line("… of it superseded", f"{new:.0f} * {writers.superseded:g}", _per_s(superseded))
    at_once = done * writers.call_s + superseded * writers.superseded_call_s
    ended, broken_off = (
        f"{done:.0f} * {writers.call_s:g} s",
        f"{superseded:.0f} * {writers.superseded_call_s:g} s",
    )
    yield Line("calls at once (Little's law)", f"{ended} + {broken_off}", f"{at_once:.0f}")
    yield from _workers(new, at_once, costs)
    yield from _web(writers, (new, known), at_once, costs)
    yield from _redis(new, costs, writers)
    whole = done + superseded * writers.superseded_call_s / writers.call_s
    yield from _provider(whole, new, writers)


def _workers(new: float, at_once: float, costs: Costs) -> Iterator[Line]:
    by_slots = math.ceil(at_once / (costs.slots * costs.full))
    by_core = math.ceil(new / (costs.worker_jobs_per_s * costs.full))
    slots = f"{at_once:.0f} / ({costs.slots} * {costs.full:g})"
    yield Line("worker processes, by their slots", slots, f"{by_slots}")
    core = f"{new:.0f} / ({costs.worker_jobs_per_s:g} * {costs.full:g})"
    yield Line("worker processes, by their cores", core, f"{by_core}")


def _web(
    writers: Writers, submits: tuple[float, float], at_once: float, costs: Costs
) -> Iterator[Line]:
    new, known = submits
    reads = writers.count * writers.reads_per_minute / 60
    busy_ms = (
        new * (costs.web_accept_ms + costs.web_stream_ms)
        + known * costs.web_known_ms
        + reads * costs.web_read_ms
    )
    how = (
        f"{new:.0f} * ({costs.web_accept_ms:g} + {costs.web_stream_ms:g}) ms"
        f" + {known:.0f} * {costs.web_known_ms:g} ms + {reads:.0f} * {costs.web_read_ms:g} ms"
    )
    yield Line("time of web's processors", how, f"{busy_ms / 1000:.1f} cores")
    count = math.ceil(busy_ms / 1000 / costs.full)
    yield Line("web processes", f"{busy_ms / 1000:.1f} / {costs.full:g}", f"{count}")
    each = at_once / count
    memory = f"{each * costs.web_stream_kib / 1024:.0f} MiB"
    yield Line("open streams of each", f"{at_once:.0f} / {count}", f"{each:.0f}, {memory}")


def _redis(new: float, costs: Costs, writers: Writers) -> Iterator[Line]:
    cores = new * costs.redis_ms_per_job / 1000
    how = f"{new:.0f} * {costs.redis_ms_per_job:g} ms"
    yield Line("time of Redis's one core", how, f"{cores:.0%}")
    yield Line(
        "Redis primaries", f"{cores:.2f} / {costs.full:g}", f"{math.ceil(cores / costs.full)}"
    )
    kept = new * writers.busy_hours * 3600
    memory = f"{kept * costs.redis_kib_per_job / _KIB_PER_GIB:.0f} GiB"
    how = f"{new:.0f} * {writers.busy_hours:g} h * {costs.redis_kib_per_job:g} KiB"
    yield Line("memory of Redis, kept for a day", how, memory)
    hour = new * 3600 * costs.redis_kib_per_job / _KIB_PER_GIB
    how = f"{new:.0f} * 1 h * {costs.redis_kib_per_job:g} KiB"
    yield Line("… with JOB_RETENTION=3600", how, f"{hour:.0f} GiB")


def _provider(whole: float, new: float, writers: Writers) -> Iterator[Line]:
    requests = new * 60
    tokens = (new * writers.input_tokens + whole * writers.output_tokens) * 60
    yield Line("calls a minute", f"{new:.0f} * 60", f"{requests:,.0f}")
    how = f"({new:.0f} * {writers.input_tokens} + {whole:.0f} * {writers.output_tokens}) * 60"
    yield Line("tokens a minute", how, f"{tokens / 1e6:.1f} million")
    counted = {"input_tokens": round(new * writers.input_tokens), "cached_tokens": 0}
    each_s = cost_usd(writers.model, **counted, output_tokens=round(whole * writers.output_tokens))
    an_hour = (each_s or 0) * 3600
    yield Line(f"money, {writers.model}", "by `prices.json`", f"{an_hour:,.0f} USD an hour")
    how = f"{an_hour:,.0f} * {writers.busy_hours:g}"
    yield Line("… a day", how, f"{an_hour * writers.busy_hours:,.0f} USD")


def table(writers: Writers, costs: Costs) -> str:
    """Return the arithmetic as Markdown."""
    lines = "\n".join(
        f"| {each.what} | {each.how} | {each.result} |" for each in steps(writers, costs)
    )
    lines = lines.replace(" * ", " \N{MULTIPLICATION SIGN} ").replace(" - ", " \N{MINUS SIGN} ")
    return f"| what | how | comes to |\n| --- | --- | --- |\n{lines}"


def _per_s(value: float) -> str:
    return f"{value:.0f} /s"


if __name__ == "__main__":
    reckoned = table(Writers(), Costs())
    sys.stdout.write(reckoned + "\n")
    if "--write" in sys.argv[1:]:
        report.write(PAGE, "arithmetic", reckoned)
