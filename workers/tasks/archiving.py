"""The archivist, as beat starts it."""

from celery import Celery

from shared.jobs.names import QueueName, TaskName
from workers.tasks.faults import without_words
from workers.tasks.types import WorkerTask

EVERY_S = 60.0


def register(worker: Celery, *, has_archive: bool) -> None:
    """Give the task its name; where there is an archive, a place in beat's schedule too."""
    worker.task(name=TaskName.ARCHIVE.value, bind=True)(archive)
    if not has_archive:
        return
    worker.conf.beat_schedule[TaskName.ARCHIVE.value] = {
        "task": TaskName.ARCHIVE.value,
        "schedule": EVERY_S,
        # Nobody waits for it: it may not take the place of a job that somebody does wait for.
        "options": {"queue": QueueName.BULK_RESCUE.value, "expires": EVERY_S},
    }


@without_words
def archive(task: WorkerTask) -> None:
    """Move what is old to the archive, where there is one."""
    archivist = task.app.services.archivist
    if archivist:
        archivist.work()
