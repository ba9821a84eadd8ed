"""Every metric that Copydesk serves: its name, what it says, and its labels, all bounded."""

from dataclasses import dataclass
from enum import StrEnum


class Type(StrEnum):
    """What Prometheus makes of the numbers."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


@dataclass(frozen=True)
class Definition:
    """One metric, by its full name; `buckets` are the upper bounds of a histogram, in seconds."""

    name: str
    type: Type
    told: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()


_SOON = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_LATER = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 60.0, 180.0, 600.0)
_MUCH_LATER = (0.01, 0.05, 0.25, 1.0, 5.0, 15.0, 60.0, 300.0, 1800.0, 7200.0)


def _counter(name: str, told: str, *labels: str) -> Definition:
    return Definition(name, Type.COUNTER, told, labels)


def _gauge(name: str, told: str, *labels: str) -> Definition:
    return Definition(name, Type.GAUGE, told, labels)


def _seconds(name: str, told: str, buckets: tuple[float, ...], *labels: str) -> Definition:
    return Definition(name, Type.HISTOGRAM, told, labels, buckets)


HTTP_REQUESTS = _counter(
    "copydesk_http_requests_total",
    "Requests that the app answered; route is the pattern, or unknown",
    *("route", "method", "status"),
)
HTTP_SECONDS = _seconds(
    "copydesk_http_request_seconds",
    "From a request to the head of its answer; a stream goes on after that",
    _SOON,
    *("route", "method"),
)
STREAMS_OPEN = _gauge("copydesk_streams_open", "Event streams that are being sent")
CACHE_REQUESTS = _counter(
    "copydesk_cache_requests_total",
    "Submissions that could be answered without new work: hit, joined work in flight, or miss",
    "result",
)
DECISIONS = _counter(
    "copydesk_suggestion_decisions_total",
    "Decisions about suggestions; one that is changed, or said again, counts again",
    "decision",
)
JOB_WAIT = _seconds(
    "copydesk_job_wait_seconds",
    "From acceptance to the first claim, sections of batches included",
    _MUCH_LATER,
    "lane",
)
JOB_RUN = _seconds(
    "copydesk_job_run_seconds",
    "How long the attempt took that ended the work, sections of batches included",
    _LATER,
    "kind",
)
ATTEMPTS = _counter("copydesk_attempts_total", "Claims of work, each try one", "lane")
TAKEOVERS = _counter(
    "copydesk_takeovers_total", "Work that was queued again because its worker was lost", "lane"
)
PROVIDER_SECONDS = _seconds(
    "copydesk_provider_seconds",
    "Calls to the model: complete, failed, or stopped by us",
    _LATER,
    *("model", "outcome"),
)
FIRST_TOKEN = _seconds(
    "copydesk_first_token_seconds", "From a call to the first text of its reply", _LATER, "model"
)
PROVIDER_ERRORS = _counter(
    "copydesk_provider_errors_total", "Calls to the model that failed", *("model", "code")
)
PROVIDER_TOKENS = _counter(
    "copydesk_provider_tokens_total",
    "Tokens of calls, whatever came of them; input is without what the provider had cached",
    *("model", "direction"),
)
PROVIDER_COST = _counter(
    "copydesk_provider_cost_usd_total", "What calls cost, where the price is known", "model"
)
DROPPED = _counter(
    "copydesk_suggestions_dropped_total", "Edits of finished work that were not placed", "reason"
)

# Counted by each process as it works.
RECORDED = (
    HTTP_REQUESTS,
    HTTP_SECONDS,
    STREAMS_OPEN,
    CACHE_REQUESTS,
    DECISIONS,
    JOB_WAIT,
    JOB_RUN,
    ATTEMPTS,
    TAKEOVERS,
    PROVIDER_SECONDS,
    FIRST_TOKEN,
    PROVIDER_ERRORS,
    PROVIDER_TOKENS,
    PROVIDER_COST,
    DROPPED,
)

JOBS = _counter(
    "copydesk_jobs_total",
    "Callers' jobs that ended, whoever ended them; counted in Redis for the whole installation",
    *("kind", "outcome"),
)
JOB_FAILURES = _counter(
    "copydesk_job_failures_total",
    "Callers' jobs that failed; counted in Redis for the whole installation",
    *("kind", "code"),
)
LANE_DEPTH = _gauge(
    "copydesk_lane_depth", "Work of the installation by lane and state", *("lane", "state")
)
LANE_CAPACITY = _gauge(
    "copydesk_lane_capacity", "Work that the live workers of a lane can do at once", "lane"
)
SHELF_DEPTH = _gauge("copydesk_shelf_depth", "Work on the dead-letter shelf")
LANE_PAUSED = _gauge(
    "copydesk_lane_paused", "Whether an operator has paused the lane: 1 or 0", "lane"
)
BREAKER_STATE = _gauge(
    "copydesk_breaker_state",
    "Circuit breaker of a model: 0 closed, 1 half open, 2 open; of several providers the worst",
    "model",
)
BUDGET_SPENT = _gauge("copydesk_budget_spent_usd", "What the installation has spent today, in UTC")
BUDGET_LIMIT = _gauge("copydesk_budget_limit_usd", "What it may spend in a day, if that is limited")
STORE_UP = _gauge("copydesk_store_up", "Whether Redis answered this question: 1 or 0")

PROCESS_CPU = _counter("copydesk_process_cpu_seconds_total", "Processor time", *("process", "pid"))
PROCESS_MEMORY = _gauge("copydesk_process_resident_bytes", "Memory", *("process", "pid"))
PROCESS_FILES = _gauge(
    "copydesk_process_open_fds", "Open files and connections", *("process", "pid")
)
BUILD_INFO = _gauge("copydesk_build_info", "What runs here: always 1", "version", "environment")

# Found out when somebody asks.
READ = (
    *(JOBS, JOB_FAILURES, LANE_DEPTH, LANE_CAPACITY, LANE_PAUSED, SHELF_DEPTH, STORE_UP),
    *(BREAKER_STATE, BUDGET_SPENT, BUDGET_LIMIT),
    *(PROCESS_CPU, PROCESS_MEMORY, PROCESS_FILES, BUILD_INFO),
)
