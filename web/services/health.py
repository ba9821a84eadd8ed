"""Asks each part that this installation stands on whether it answers."""

from collections.abc import Callable
from dataclasses import dataclass

from shared.data.mongo.templates import TemplateRepository
from shared.data.redis.job_store import JobStore
from shared.errors import StoreUnavailableError
from shared.jobs.queue import JobQueue, QueueUnavailableError
from web.services.event_feed import EventFeed
from web.services.preparation import Preparation


@dataclass(frozen=True)
class HealthDesk:
    """Readiness: can this process take and serve jobs?"""

    jobs: JobStore
    templates: TemplateRepository
    preparation: Preparation
    queue: JobQueue
    feed: EventFeed

    def checks(self) -> dict[str, str]:
        """Return `ok` or `error` for each part; the provider is not called."""
        self.feed.start()
        return {
            "redis": _outcome(self.jobs.ping),
            "mongo": _outcome(self.templates.ping) if self.preparation.is_ready else "error",
            "broker": _outcome(self.queue.ping),
            "events": "ok" if self.feed.is_alive else "error",
        }


def _outcome(ask: Callable[[], object]) -> str:
    try:
        ask()
    except (StoreUnavailableError, QueueUnavailableError):
        return "error"
    return "ok"
