"""What a task raises: Celery logs it and Flower shows it, words and all."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import structlog

log = structlog.get_logger(__name__)


class TaskBrokeError(Exception):
    """Says what kind of fault ended a task, and nothing else."""


def without_words(run: Callable[..., None]) -> Callable[..., None]:
    """Have what this task raises told by its kind alone: a store may repeat what it was given."""

    @wraps(run)
    def guarded(task: Any, *job_id: str) -> None:
        try:
            run(task, *job_id)
        except Exception as error:
            log.exception("task_broke", **dict(zip(("job_id",), job_id, strict=False)))
            raise TaskBrokeError(type(error).__name__) from None

    return guarded
