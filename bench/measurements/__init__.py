"""What is measured, in the order of the table."""

from collections.abc import Callable, Mapping

from bench.figures import Figure
from bench.measurements import (
    accepted_jobs,
    batches,
    cache_hits,
    documents,
    identical_requests,
    one_job,
    open_streams,
    pace,
    placing,
    record_cache,
    worker_jobs,
)
from bench.stack import Stack

Measurement = Callable[[Stack, int], list[Figure]]

ALL: Mapping[str, Measurement] = {
    "cache": cache_hits.measure,
    "accepted": accepted_jobs.measure,
    "jobs": worker_jobs.measure,
    "latency": one_job.measure,
    "identical": identical_requests.measure,
    "streams": open_streams.measure,
    "placing": placing.measure,
    "records": record_cache.measure,
    "documents": documents.measure,
    "batches": batches.measure,
    "pace": pace.measure,
}
