"""Jobs of every kind, as Celery sees them."""

from celery import Celery

from shared.jobs.names import TaskName
from workers.tasks.faults import without_words
from workers.tasks.types import WorkerTask


def register(worker: Celery) -> None:
    """Give the task its name."""
    worker.task(name=TaskName.WORK.value, bind=True)(work)


@without_words
def work(task: WorkerTask, job_id: str) -> None:
    """Do the job if it is still to be done; the record, not this message, decides."""
    services = task.app.services
    with services.leases.claim(job_id, task.request.delivery_info["routing_key"]) as claim:
        if claim:
            services.writers[claim.lease.kind].write(claim)
