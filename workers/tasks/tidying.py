"""The housekeeper, as beat starts it: a second one beside that of the sweeper's process."""

from celery import Celery

from shared.jobs.names import QueueName, TaskName
from workers.tasks.faults import without_words
from workers.tasks.types import WorkerTask

EVERY_S = 60.0


def register(worker: Celery) -> None:
    """Give the task its name and its place in beat's schedule."""
    worker.task(name=TaskName.TIDY.value, bind=True)(tidy)
    worker.conf.beat_schedule[TaskName.TIDY.value] = {
        "task": TaskName.TIDY.value,
        "schedule": EVERY_S,
        "options": {"queue": QueueName.RESCUE.value, "expires": EVERY_S},
    }


@without_words
def tidy(task: WorkerTask) -> None:
    """Bring to an end what was left half-done."""
    task.app.services.housekeeper.tidy()
