"""The bookkeeping, as beat starts it."""

from celery import Celery

from shared.jobs.names import QueueName, TaskName
from workers.tasks.faults import without_words
from workers.tasks.types import WorkerTask

EVERY_S = 15.0


def register(worker: Celery) -> None:
    """Give the task its name and its place in beat's schedule."""
    worker.task(name=TaskName.KEEP_BOOKS.value, bind=True)(keep_books)
    worker.conf.beat_schedule[TaskName.KEEP_BOOKS.value] = {
        "task": TaskName.KEEP_BOOKS.value,
        "schedule": EVERY_S,
        # One that comes late is worth nothing: the next is on its way.
        "options": {"queue": QueueName.RESCUE.value, "expires": EVERY_S},
    }


@without_words
def keep_books(task: WorkerTask) -> None:
    """Copy what owners used to where it stays."""
    task.app.services.bookkeeper.copy()
