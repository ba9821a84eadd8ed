"""Jobs of every kind, as Celery sees them."""

import structlog
from celery import Celery

from shared.jobs.names import TaskName
from workers.tasks.types import WorkerTask

log = structlog.get_logger(__name__)


class TaskBrokeError(Exception):
    """Says what kind of fault ended a task, and nothing else."""


def register(worker: Celery) -> None:
    """Give the task its name."""
    worker.task(name=TaskName.WORK.value, bind=True)(work)  # type: ignore[arg-type]


def work(task: WorkerTask, job_id: str) -> None:
    """Do the job if it is still to be done; the record, not this message, decides."""
    try:
        _work(task, job_id)
    except Exception as error:
        log.exception("task_broke", job_id=job_id)
        # Celery logs what a task raises, words and all.
        raise TaskBrokeError(type(error).__name__) from None


def _work(task: WorkerTask, job_id: str) -> None:
    services = task.app.services
    with services.leases.claim(job_id, task.request.delivery_info["routing_key"]) as claim:
        if claim:
            services.writers[claim.lease.kind].write(claim)
