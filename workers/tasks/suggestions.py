"""Suggestion jobs, as Celery sees them."""

from celery import Celery

from shared.jobs.names import TaskName
from workers.tasks.types import WorkerTask


def register(worker: Celery) -> None:
    """Give the task its name."""
    worker.task(name=TaskName.SUGGEST.value, bind=True)(write_suggestions)  # type: ignore[arg-type]


def write_suggestions(task: WorkerTask, job_id: str) -> None:
    """Do the job if it is still to be done; the record, not this message, decides."""
    services = task.app.services
    with services.leases.claim(job_id, task.request.delivery_info["routing_key"]) as claim:
        if claim:
            services.suggestions.write(claim)
