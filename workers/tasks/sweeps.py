"""The sweep, as beat starts it: a second one beside the sweeper's own process."""

from celery import Celery

from shared.jobs.names import QueueName, TaskName
from workers.tasks.faults import without_words
from workers.tasks.types import WorkerTask

EVERY_S = 15.0


def register(worker: Celery) -> None:
    """Give the task its name and its place in beat's schedule."""
    worker.task(name=TaskName.SWEEP.value, bind=True)(sweep)
    worker.conf.beat_schedule[TaskName.SWEEP.value] = {
        "task": TaskName.SWEEP.value,
        "schedule": EVERY_S,
        # One that comes late is worth nothing: the next is on its way.
        "options": {"queue": QueueName.RESCUE.value, "expires": EVERY_S},
    }


@without_words
def sweep(task: WorkerTask) -> None:
    """Publish again what was left behind."""
    task.app.services.sweeper.sweep()
