"""Names that web and workers share: tasks, queues, kinds of job."""

from enum import StrEnum


class JobKind(StrEnum):
    """What a job makes."""

    SUGGESTION = "suggestion"


class TaskName(StrEnum):
    """Celery tasks; the web tier sends by name and never imports a task."""

    SUGGEST = "copydesk.suggest"
    SWEEP = "copydesk.sweep"


class QueueName(StrEnum):
    """Celery queues, most urgent first."""

    RESCUE = "rescue"
    INTERACTIVE = "interactive"
    ISOLATE = "isolate"


LANES = (QueueName.INTERACTIVE,)  # queues that accepted jobs wait in; the others hold later tries
