"""Names that web and workers share: tasks, queues, kinds of job."""

from enum import StrEnum


class JobKind(StrEnum):
    """What a job makes. A section is a part of a batch: nobody but its batch knows of it."""

    SUGGESTION = "suggestion"
    CHAT = "chat"
    BATCH = "batch"
    SECTION = "section"


class TaskName(StrEnum):
    """Celery tasks; the web tier sends by name and never imports a task."""

    WORK = "copydesk.work"
    SWEEP = "copydesk.sweep"
    TIDY = "copydesk.tidy"
    KEEP_BOOKS = "copydesk.keep_books"
    ARCHIVE = "copydesk.archive"


class QueueName(StrEnum):
    """Celery queues, most urgent first.

    Accepted jobs wait in the lanes `interactive` and `bulk`; the others hold later tries. Nobody
    waits at a screen for what is in the bulk lane: it is handed out little by little, each owner in
    turn.
    """

    RESCUE = "rescue"
    INTERACTIVE = "interactive"
    BULK_RESCUE = "bulk-rescue"
    BULK = "bulk"
    ISOLATE = "isolate"

    @property
    def lane(self) -> "QueueName":
        """The lane whose workers take from this queue."""
        laters = {QueueName.RESCUE: QueueName.INTERACTIVE, QueueName.BULK_RESCUE: QueueName.BULK}
        return laters.get(self, self)
